/** More random batches than AppendPglite.test.ts has, for the second tier. */
import { assert, describe, layer } from "@effect/vitest"
import { Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { sameAsMemory } from "./sameAsMemory.ts"

describe("SQL and memory", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite))((it) => {
    for (const seed of [2, 3, 4]) {
      it.effect(`decide, store and show random batches alike (seed ${seed})`, () =>
        sameAsMemory(seed, 45, (memory, sql, note) => assert.deepStrictEqual(sql, memory, note))
      )
    }
  })
})
