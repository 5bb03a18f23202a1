import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { HibikiClient } from "../../src/client/HibikiClient.ts"
import { pass, scenario } from "./keptWorld.ts"
import { room, type ScriptedServer } from "./scriptedServer.ts"

const told = (server: ScriptedServer) => server.ops("read").map((frame) => frame.op === "read" && frame.seq)
const line = (client: HibikiClient) => client.conversations().find(({ conversationId }) => conversationId === room)
const markedAt = (client: HibikiClient) => line(client)?.markedUnreadAt

describe("a mark that was set by hand", () => {
  it.effect("stays when something read before it still waits to be told, and goes with the next reading, however far", () =>
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
})
