import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { HibikiClient } from "../../../src/client/HibikiClient.ts"
import { changeReads, keptReadsMax, readsOf } from "../../../src/client/list/ReadCursors.ts"
import { ConversationId, Epoch } from "../../../src/domain/Ids.ts"
import { pass, scenario, shown, type World } from "../keptWorld.ts"
import { friend, me, room, room2, type ScriptedServer, uuid } from "../scriptedServer.ts"

const unread = (client: HibikiClient, id = room) =>
  client.conversations().find((line) => line.conversationId === id)?.unread
const told = (server: ScriptedServer) => server.ops("read").map((frame) => frame.op === "read" && frame.seq)

const offline = (server: ScriptedServer) => {
  server.opens = "refused"
  server.callsFail = true
  server.live?.end(1006)
}
const online = (server: ScriptedServer) => {
  server.opens = "at once"
  server.callsFail = false
}
/** Five posts of somebody else are kept, and the network is gone. */
const withKept = (run: (world: World) => Effect.Effect<void, unknown>) =>
  scenario((world) =>
    Effect.gen(function* () {
      for (let n = 1; n <= 5; n++) world.server.post(`m${n}`)
      yield* world.live((client) =>
        Effect.zipRight(
          Effect.sync(() => void client.open(room)),
          pass(1_500)
        )
      )
      offline(world.server)
      yield* run(world)
    })
  )
/** Starts without a network, and reads so far. */
const reads = (upTo: number) => (client: HibikiClient) =>
  Effect.gen(function* () {
    client.open(room)
    yield* pass(0)
    assert.strictEqual(shown(client).length, 5)
    client.read(room, upTo)
    yield* pass(0)
  })
const kept = ({ store }: World) => Effect.map(store.load, (all) => all.reads)

describe("what is read without a connection", () => {
  it.effect("is told when there is one, though there was no list, and the list comes with it", () =>
    withKept(({ live, server }) =>
      live(
        (client) =>
          Effect.gen(function* () {
            const lists: Array<number | undefined> = []
            client.subscribe((change) => {
              if (change.conversations) lists.push(client.readUnlisted().get(room) ?? unread(client))
            })
            yield* reads(5)(client)
            assert.deepStrictEqual(lists, [5])
            server.callsFail = false
            yield* pass(31_000)
            assert.deepStrictEqual([told(server), unread(client)], [[], 0])
            online(server)
            client.retryNow()
            yield* pass(31_000)
            assert.deepStrictEqual(told(server), [5])
            assert.strictEqual(server.readUpTo.get(room), 5)
            // Never a list in which it is unread again.
            assert.deepStrictEqual([...new Set(lists)], [5, 0])
            assert.strictEqual(client.readUnlisted().size, 0)
          }),
        true
      )
    )
  )

  it.effect("is told by the next start, and forgotten once the server knows", () =>
    withKept((world) =>
      Effect.gen(function* () {
        const { live, server } = world
        yield* live((client) => Effect.map(reads(3)(client), () => client.read(room, 4)), true)
        assert.deepStrictEqual(yield* kept(world), [[room, 4]])
        online(server)
        yield* live(
          (client) =>
            Effect.gen(function* () {
              yield* pass(0)
              assert.strictEqual(unread(client), 1)
              assert.deepStrictEqual(told(server), [4])
              yield* pass(2_000)
            }),
          true
        )
        assert.deepStrictEqual(yield* kept(world), [])
      })
    )
  )

  it.effect("when the connection was lost is told by the next start, too", () =>
    scenario(({ live, server, store }) =>
      Effect.gen(function* () {
        for (let n = 1; n <= 5; n++) server.post(`m${n}`)
        yield* live((client) =>
          Effect.gen(function* () {
            client.open(room)
            yield* pass(1_500)
            offline(server)
            yield* pass(0)
            client.read(room, 4)
            yield* pass(0)
            client.read(room, 5)
            yield* pass(0)
            assert.deepStrictEqual((yield* store.load).reads, [[room, 4]])
            // Turned away from: the page may be gone at any moment.
            client.setVisible(false)
            yield* pass(0)
            assert.deepStrictEqual((yield* store.load).reads, [[room, 5]])
          })
        )
        online(server)
        yield* live((client) =>
          Effect.gen(function* () {
            yield* pass(0)
            assert.strictEqual(unread(client), 0)
            assert.strictEqual(server.readUpTo.get(room), 5)
          })
        )
      })
    )
  )

  it.effect(
    "is kept while nothing shows that the server has it, told three times on a socket, and again on the next one",
    () =>
      scenario(({ live, server, store }) =>
        live((client) =>
          Effect.gen(function* () {
            server.post("a")
            yield* pass(1_500)
            server.losesReads = true
            client.read(room, 1)
            yield* pass(0)
            yield* Effect.repeatN(pass(10_000), 9)
            assert.deepStrictEqual(told(server), [1, 1, 1])
            assert.deepStrictEqual((yield* store.load).reads, [[room, 1]])
            server.losesReads = false
            offline(server)
            online(server)
            client.retryNow()
            yield* pass(2_000)
            assert.strictEqual(server.readUpTo.get(room), 1)
            yield* pass(2_000)
            assert.deepStrictEqual((yield* store.load).reads, [])
          })
        )
      )
  )

  it.effect("is not told when the server knows of as much: that would take away a mark that was set since", () =>
    withKept((world) =>
      Effect.gen(function* () {
        const { live, server } = world
        yield* live(reads(3), true)
        server.readUpTo.set(room, 3)
        online(server)
        yield* live(() => pass(2_000), true)
        assert.deepStrictEqual(told(server), [])
        assert.deepStrictEqual(yield* kept(world), [])
      })
    )
  )

  it.effect("of a conversation that the user was removed from leaves nothing", () =>
    withKept((world) =>
      Effect.gen(function* () {
        const { live, server } = world
        yield* live(reads(3), true)
        server.logs.delete(room)
        online(server)
        yield* live(() => pass(2_000), true)
        assert.deepStrictEqual([told(server), yield* kept(world)], [[], []])
      })
    )
  )

  it.effect("leaves nothing when the user is removed while it waits to be told", () =>
    scenario(({ live, server, store }) =>
      live((client) =>
        Effect.gen(function* () {
          server.post("a")
          yield* pass(1_500)
          offline(server)
          yield* pass(0)
          client.read(room, 1)
          yield* pass(1_100)
          assert.strictEqual((yield* store.load).reads.length, 1)
          server.happen(ConversationId.make(me), { kind: "removed", conversationId: room, by: friend }, true)
          server.logs.delete(room)
          online(server)
          client.retryNow()
          yield* pass(1_100)
          assert.deepStrictEqual((yield* store.load).reads, [])
        })
      )
    )
  )

  it.effect("means nothing to another store", () =>
    withKept((world) =>
      Effect.gen(function* () {
        const { live, server } = world
        yield* live(reads(3), true)
        server.restore()
        online(server)
        yield* live(() => pass(2_000), true)
        assert.deepStrictEqual([told(server), yield* kept(world)], [[], []])
      })
    )
  )
})

describe("keeping what is read", () => {
  it.effect("costs nothing while the server answers, and one save a second while it does not", () =>
    scenario(({ live, readSaves, server }) =>
      live((client) =>
        Effect.gen(function* () {
          for (let n = 1; n <= 9; n++) server.post(`m${n}`)
          yield* pass(1_500)
          client.read(room, 1)
          yield* pass(2_100)
          assert.deepStrictEqual(readSaves, [])
          offline(server)
          yield* pass(0)
          for (let seq = 2; seq <= 9; seq++) {
            client.read(room, seq)
            yield* pass(100)
          }
          yield* pass(400)
          // The first at once: the page may be reloaded.
          assert.deepStrictEqual(readSaves, [
            { put: [[room, 2]], done: [] },
            { put: [[room, 9]], done: [] }
          ])
        })
      )
    )
  )

  it.effect("is tried again when the store failed", () =>
    withKept((world) =>
      world.live(
        (client) =>
          Effect.gen(function* () {
            world.disk.broken = true
            yield* reads(3)(client)
            yield* pass(2_000)
            world.disk.broken = false
            yield* pass(30_000)
            assert.deepStrictEqual(yield* kept(world), [])
            yield* pass(30_000)
            assert.deepStrictEqual(yield* kept(world), [[room, 3]])
          }),
        true
      )
    )
  )

  it("never goes back, drops nothing that another tab read further, and has a bound", () => {
    const epoch = Epoch.make(uuid(0xe1))
    const first = changeReads(undefined, epoch, {
      put: [
        [room, 5],
        [room2, 2]
      ],
      done: []
    })
    const second = changeReads(first, epoch, { put: [[room, 4]], done: [[room2, 1]] })
    assert.deepStrictEqual(readsOf(second, epoch), [
      [room2, 2],
      [room, 5]
    ])
    assert.deepStrictEqual(readsOf(changeReads(second, epoch, { put: [], done: [[room2, 2]] }), epoch), [[room, 5]])
    const other = Epoch.make(uuid(0xe2))
    assert.deepStrictEqual(readsOf(second, other), [])
    assert.deepStrictEqual(readsOf(changeReads(second, other, { put: [[room, 1]], done: [] }), other), [[room, 1]])
    const many = Array.from(
      { length: keptReadsMax + 1 },
      (_, n) => [ConversationId.make(uuid(0x5_000 + n)), 1] as const
    )
    const bounded = readsOf(changeReads(second, epoch, { put: many, done: [] }), epoch)
    assert.deepStrictEqual([bounded.length, bounded[0]], [keptReadsMax, many[1]])
  })
})
