/** The append and the pages on PGlite come to what memory comes to, whatever is asked. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import type { Command } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect, Fiber, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { sameAsMemory } from "./sameAsMemory.ts"
import { addSqlUser } from "./sqlUsers.ts"

describe("SQL and memory", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite))((it) => {
    // More seeds are in MoreBatchesPglite.test.ts.
    it.effect("decide, store and show random batches alike (seed 1)", () =>
      sameAsMemory(1, 45, (memory, sql, note) => assert.deepStrictEqual(sql, memory, note))
    )
  })
})

const busyMs = 1_500
/** Nothing else runs here meanwhile. */
const beBusy = Effect.sync(() => {
  const until = Date.now() + busyMs
  while (Date.now() < until);
  return until
})

layer(Layer.provideMerge(EventStoreSql, freshPglite))("A batch of the embedded database", (it) => {
  it.effect("is decided and stored in the database's thread while the main thread is busy", () =>
    Effect.gen(function* () {
      const [sql, store] = [yield* SqlClient.SqlClient, yield* EventStore]
      yield* sql`alter table events add stored_ms bigint default (extract(epoch from clock_timestamp()) * 1000)::bigint`
      const ann = yield* addSqlUser("ann")
      const log = ConversationId.make(yield* makeUuidV7)
      const asked = (id: string, body: Command["body"]): Command => ({
        log,
        id: CommandId.make(id),
        by: ann,
        device: null,
        epoch: store.epoch,
        body
      })
      yield* store.append([
        asked(log, { kind: "create", conversationKind: "group", title: "Tea", history: "all", members: [] })
      ])
      const posts = yield* Effect.all(
        Array.from({ length: 50 }, (_, n) => Effect.map(makeUuidV7, (id) => asked(id, { kind: "post", text: `${n}` })))
      )
      const appending = yield* Effect.fork(store.append(posts))
      // It is on its way to the thread.
      for (let turns = 0; turns < 50; turns++) yield* Effect.promise(() => Promise.resolve())
      const until = yield* beBusy
      const { decisions } = yield* Fiber.join(appending)
      assert.deepStrictEqual(
        decisions.map((decision) => (decision._tag === "Appended" ? decision.seq : decision._tag)),
        posts.map((_, n) => n + 2)
      )
      const [last] = yield* sql<{ readonly stored: number }>`select max(stored_ms)::float8 as stored from events`
      assert.isBelow(last?.stored ?? Number.POSITIVE_INFINITY, until - busyMs / 3)
      const again = yield* store.append(posts)
      assert.deepStrictEqual([...new Set(again.decisions.map(({ _tag }) => _tag))], ["Repeated"])
    })
  )
})
