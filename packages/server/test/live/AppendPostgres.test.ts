/** The append and the pages on Postgres come to what memory comes to, whatever is asked. */
import { assert, describe, layer } from "@effect/vitest"
import { Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { sameAsMemory } from "../sql/sameAsMemory.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

describe("SQL and memory", () => {
  layer(
    Layer.mergeAll(EventStoreSql, ConversationsSql).pipe(
      Layer.provideMerge(liveClient()),
      Layer.provideMerge(freshDatabase)
    )
  )((it) => {
    for (const seed of [11, 12, 13]) {
      it.effect(`decide, store and show random batches alike (seed ${seed})`, () =>
        sameAsMemory(seed, 60, (memory, sql, note) => assert.deepStrictEqual(sql, memory, note))
      )
    }
  })
})
