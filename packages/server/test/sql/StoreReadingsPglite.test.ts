/** What operators see of the embedded database. */
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { StoreReadingsSql } from "../../src/sql/StoreReadingsSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { readTwice } from "./storeReadingsUnderTest.ts"

describe("the readings of PGlite", () => {
  layer(Layer.provideMerge(StoreReadingsSql, freshPglite), { excludeTestServices: true })((it) => {
    it.effect("have its size, its largest tables and conversations, and no other clients", () =>
      Effect.map(readTwice, ({ after, before, largest }) => {
        assert.isAbove(after.databaseBytes, 1_000_000)
        assert.isAtLeast(after.at, before.at)
        assert.deepInclude(after, { connections: undefined, oldestTransactionMs: undefined, replicas: [] })
        assert.isTrue(after.idsUsed >= 0 && after.idsUsed < 1)
        const events = after.tables.find(({ name }) => name === "events")
        assert.isAbove(events?.bytes ?? 0, 0)
        assert.deepStrictEqual(
          [...after.tables].sort((a, b) => b.bytes - a.bytes),
          after.tables
        )
        assert.deepStrictEqual(
          largest.map(({ events, kind }) => [kind, events]),
          [
            ["group", 800],
            ["group", 700],
            ["group", 600]
          ]
        )
      })
    )
  })
})
