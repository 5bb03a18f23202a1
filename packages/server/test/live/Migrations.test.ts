/** Programs that start together on a new database migrate it once between them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { migrate, migrations } from "../../src/infra/Migrations.ts"
import { sqlPostgres } from "../../src/infra/SqlPostgres.ts"
import { freshDatabase, LiveDatabase } from "./liveKit.ts"

describe("migrations on Postgres", () => {
  layer(freshDatabase, { timeout: 60_000, excludeTestServices: true })((it) => {
    it.scoped("each runs once, though four programs start at the same moment", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        const name = `${new URL(Redacted.value(url)).pathname.slice(1)}_new`
        const run = (statement: string) =>
          Effect.provide(
            Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)),
            sqlPostgres({ url, connections: 1, application: "admin" })
          )
        yield* Effect.acquireRelease(run(`create database ${name}`), () => Effect.orDie(run(`drop database ${name} with (force)`)))
        const fresh = new URL(Redacted.value(url))
        fresh.pathname = `/${name}`
        const start = Effect.provide(migrate(), sqlPostgres({ url: Redacted.make(fresh.href), connections: 1, application: "starting" }))
        const ran = yield* Effect.all([start, start, start, start], { concurrency: "unbounded" })
        assert.deepStrictEqual(
          ran.flat().sort((a, b) => a - b),
          migrations.map(({ version }) => version)
        )
      })
    )
  })
})
