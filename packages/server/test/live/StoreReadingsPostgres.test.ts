/** What operators see of Postgres: an open transaction and a vacuum too. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { StoreReadings } from "@hibiki/core/ports/StoreReadings"
import { Effect, Layer } from "effect"
import { StoreReadingsSql } from "../../src/sql/StoreReadingsSql.ts"
import { readTwice } from "../sql/storeReadingsUnderTest.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const store = StoreReadingsSql.pipe(Layer.provideMerge(liveClient()), Layer.provide(freshDatabase))

describe("the readings of Postgres", () => {
  layer(store, { excludeTestServices: true })((it) => {
    it.effect("have its size, its connections, its largest tables and conversations", () =>
      Effect.map(readTwice, ({ after, largest }) => {
        assert.isAbove(after.databaseBytes, 1_000_000)
        assert.isAbove(after.connections ?? 0, 0)
        assert.isAbove(after.connectionsMax, after.connections ?? 0)
        assert.isAbove(after.tables.find(({ name }) => name === "events")?.bytes ?? 0, 0)
        assert.deepStrictEqual(
          largest.map(({ events }) => events),
          [800, 700, 600]
        )
      })
    )

    it.effect("have the age of the oldest open transaction, and of each table's vacuum", () =>
      Effect.gen(function* () {
        const [sql, { read }] = [yield* SqlClient.SqlClient, yield* StoreReadings]
        yield* sql`vacuum users`
        const during = yield* Effect.scoped(
          Effect.gen(function* () {
            const connection = yield* sql.reserve
            yield* connection.executeUnprepared("begin", [], undefined)
            yield* connection.executeUnprepared("select pg_sleep(0.2)", [], undefined)
            const found = yield* read
            yield* connection.executeUnprepared("rollback", [], undefined)
            return found
          })
        )
        assert.isAtLeast(during.oldestTransactionMs ?? 0, 200)
        const after = yield* Effect.repeat(read, {
          until: ({ oldestTransactionMs, tables }) =>
            oldestTransactionMs === undefined &&
            tables.some(({ name, vacuumedMs }) => name === "users" && vacuumedMs !== undefined)
        }).pipe(Effect.timeout("30 seconds"))
        assert.isBelow(after.tables.find(({ name }) => name === "users")?.vacuumedMs ?? Number.NaN, 60_000)
      })
    )
  })
})
