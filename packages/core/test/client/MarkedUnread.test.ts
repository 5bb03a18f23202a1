import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { HibikiClient } from "../../src/client/HibikiClient.ts"
import { pass, scenario } from "./keptWorld.ts"
import { room, room2, type ScriptedServer } from "./scriptedServer.ts"

const told = (server: ScriptedServer) => server.ops("read").map((frame) => frame.op === "read" && frame.seq)
const line = (client: HibikiClient) => client.conversations().find(({ conversationId }) => conversationId === room)
const markedAt = (client: HibikiClient) => line(client)?.markedUnreadAt

const lose = (server: ScriptedServer) => {
  server.opens = "refused"
  server.live?.end(1006)
}
/** The server is told of 10; of 12 it is not, as the connection is lost before that. */
const readAndLose = (client: HibikiClient, server: ScriptedServer) =>
  Effect.gen(function* () {
    for (let n = 1; n <= 12; n++) server.post(`m${n}`)
    server.post("a", room2)
    yield* pass(1_500)
    client.read(room, 10)
    yield* pass(500)
    client.read(room, 12)
    yield* pass(0)
    lose(server)
    yield* pass(0)
  })

describe("a mark that was set by hand", () => {
  it.effect(
    "stays when something read before it still waits to be told, and goes with the next reading, however far",
    () =>
      scenario(({ live, server }) =>
        live((client) =>
          Effect.gen(function* () {
            for (let n = 1; n <= 12; n++) server.post(`m${n}`)
            yield* pass(1_500)
            client.read(room, 10)
            yield* pass(500)
            client.read(room, 12)
            yield* pass(1_000)
            server.mark(11)
            yield* pass(12_000)
            assert.deepStrictEqual([told(server), markedAt(client)], [[10], 11])
            assert.deepInclude(line(client), { readUpTo: 10, unread: 2 })
            client.read(room, 12)
            yield* pass(0)
            assert.deepStrictEqual([told(server), markedAt(client)], [[10, 12], undefined])
          })
        )
      )
  )

  it.effect(
    "stays when what was read before it waits for a connection, however late that brings the mark; what else was read is told then",
    () =>
      scenario(({ live, server }) =>
        live((client) =>
          Effect.gen(function* () {
            yield* readAndLose(client, server)
            client.read(room2, 1)
            server.mark(11)
            server.catchesUp = "when told"
            server.opens = "at once"
            yield* pass(30_000)
            assert.deepStrictEqual([server.ops("hello").length, told(server)], [2, [10]])
            server.live?.catchUp()
            yield* pass(12_000)
            assert.deepStrictEqual([told(server), markedAt(client), server.marks.get(room)], [[10, 1], 11, 11])
            assert.deepInclude(line(client), { readUpTo: 10, unread: 2 })
          })
        )
      )
  )

  it.effect("stays when only a new list tells of it, and what was read before it is told where there is none", () =>
    scenario(({ live, server }) =>
      live((client) =>
        Effect.gen(function* () {
          yield* readAndLose(client, server)
          client.read(room2, 1)
          server.catchUpMost = 0
          server.mark(11)
          server.callsFail = true
          server.opens = "at once"
          yield* pass(8_000)
          assert.strictEqual(server.ops("hello").length, 2)
          server.callsFail = false
          yield* pass(30_000)
          assert.deepStrictEqual([told(server), markedAt(client), server.marks.get(room)], [[10, 1], 11, 11])
          assert.deepInclude(line(client), { readUpTo: 10, unread: 2 })
        })
      )
    )
  )

  it.effect("before something was read goes with that, though a new list still tells of it", () =>
    scenario(({ live, server }) =>
      live((client) =>
        Effect.gen(function* () {
          server.post("a")
          yield* pass(1_500)
          client.read(room, 1)
          yield* pass(2_500)
          server.mark(1)
          yield* pass(0)
          lose(server)
          yield* pass(0)
          client.read(room, 1)
          server.catchUpMost = 0
          server.mark(1, room2)
          server.opens = "at once"
          yield* pass(30_000)
          assert.deepStrictEqual(
            [told(server), markedAt(client), server.marks.get(room)],
            [[1, 1], undefined, undefined]
          )
        })
      )
    )
  )

  it.effect("stays where it was before, too, when it was taken away and set again meanwhile", () =>
    scenario(({ live, server }) =>
      live((client) =>
        Effect.gen(function* () {
          server.post("a")
          yield* pass(1_500)
          server.mark(1)
          yield* pass(0)
          lose(server)
          yield* pass(0)
          client.read(room, 1)
          server.readUpTo.set(room, 1)
          server.mark(1)
          server.catchUpMost = 0
          server.opens = "at once"
          yield* pass(30_000)
          assert.deepStrictEqual([told(server), markedAt(client), server.marks.get(room)], [[], 1, 1])
        })
      )
    )
  )

  it.effect("stays when what was read before it was kept for the next start", () =>
    scenario(({ live, server, store }) =>
      Effect.gen(function* () {
        yield* live((client) => readAndLose(client, server))
        assert.deepStrictEqual((yield* store.load).reads, [[room, 12]])
        server.mark(11)
        server.opens = "at once"
        yield* live((client) =>
          Effect.gen(function* () {
            yield* pass(8_000)
            assert.deepStrictEqual([told(server), markedAt(client), server.marks.get(room)], [[10], 11, 11])
            assert.deepStrictEqual((yield* store.load).reads, [])
          })
        )
      })
    )
  )
})
