/** The append and the pages on PGlite come to what memory comes to, whatever is asked. */
import { assert, describe, layer } from "@effect/vitest"
import { Layer } from "effect"
import { ConversationsSql } from "../../src/conversations/ConversationsSql.ts"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { freshPglite } from "../backends/pgliteKit.ts"
import { sameAsMemory } from "./sameAsMemory.ts"

describe("SQL and memory", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite), { timeout: 60_000 })((it) => {
    for (const seed of [1, 2, 3, 4]) {
      it.effect(`decide, store and show random batches alike (seed ${seed})`, () =>
        sameAsMemory(seed, 45, (memory, sql, note) => assert.deepStrictEqual(sql, memory, note))
      )
    }
  })
})
