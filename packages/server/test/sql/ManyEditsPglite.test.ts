/**
 * Edits of which a message has more, from before there was a bound, than a delete has the time to take the text out of.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import type { CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, type UserId } from "@hibiki/core/domain/Ids"
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

layer(Layer.provideMerge(EventStoreSql, freshPglite))("Edits whose text was taken out by hand", (it) => {
  it.effect("are not written again by the delete, which takes it out of the others", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const ann = yield* addSqlUser("ann")
      const log = ConversationId.make(yield* makeUuidV7)
      yield* says(ann, log, { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] })
      yield* says(ann, log, { kind: "post", text: "a" })
      for (const text of ["b", "c", "d"]) yield* says(ann, log, { kind: "edit", target: 2, text })
      yield* sql`
        update events set body = jsonb_build_object('target', target, 'text', '', 'blanked', true)
          where conversation_id = ${log}::uuid and target = 2 and kind = 'edited' and seq < 5`
      const edits = sql<{ place: string; body: unknown }>`
        select ctid::text as place, body from events where conversation_id = ${log}::uuid and kind = 'edited' order by seq`
      const before = yield* edits
      assert.strictEqual(yield* says(ann, log, { kind: "delete", target: 2 }), "Appended 6")
      const after = yield* edits
      const blank = { target: 2, text: "", blanked: true }
      assert.deepStrictEqual(
        after.map(({ body }) => body),
        [blank, blank, blank]
      )
      assert.deepStrictEqual(
        after.map(({ place }, i) => place === before[i]?.place),
        [true, true, false]
      )
    })
  )
})
