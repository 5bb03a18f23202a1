/** The bound of a conversation's members, at the bound. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import type { CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { gist } from "@hibiki/testing/contracts/log/LogScene"
import { Effect, Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { addSqlUser } from "./sqlUsers.ts"

const says = (by: UserId, log: ConversationId, body: CommandBody) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const id = CommandId.make(yield* makeUuidV7)
    const { decisions } = yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
    return gist(decisions[0])
  })

layer(Layer.provideMerge(EventStoreSql, freshPglite))("A conversation's members", (it) => {
  it.effect("are as many as the bound says and not one more, whether they are added or join", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const [ann, bob, cat, dan] = yield* Effect.all([
        addSqlUser("ann"),
        addSqlUser("bob"),
        addSqlUser("cat"),
        addSqlUser("dan")
      ])
      const log = ConversationId.make(yield* makeUuidV7)
      yield* says(ann, log, { kind: "create", conversationKind: "channel", title: "Tea", history: "all", members: [] })
      // All that the append knows of how many there are; making so many would take minutes.
      yield* sql`update conversations set members = ${Limits.membersMax - 2} where id = ${log}::uuid`
      assert.strictEqual(yield* says(ann, log, { kind: "add", userIds: [bob, cat, dan] }), "too_many")
      assert.strictEqual(yield* says(ann, log, { kind: "add", userIds: [bob] }), "Appended 2")
      assert.strictEqual(yield* says(cat, log, { kind: "join" }), "Appended 3")
      assert.strictEqual(yield* says(dan, log, { kind: "join" }), "too_many")
      assert.strictEqual(yield* says(ann, log, { kind: "add", userIds: [dan] }), "too_many")
    })
  )
})
