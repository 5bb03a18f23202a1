/**
 * Programs that start together on a new database migrate it once between them, and beside a dump nobody waits for long.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Redacted } from "effect"
import { checkPostgres } from "../../src/sql/checkPostgres.ts"
import { knownVersion, type Migration } from "../../src/sql/Migration.ts"
import { migrate } from "../../src/sql/Migrations.ts"
import { ownSchema } from "../../src/sql/ownSchema.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"
import { freshDatabase, LiveDatabase, liveClient } from "./liveKit.ts"

/** Holds a table on a connection of its own, as a pg_dump does with all of them. */
const dumping = (table: string) =>
  Effect.gen(function* () {
    const [held, over] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const dump = yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql
        .unsafe(`lock table ${table} in access share mode`)
        .pipe(
          Effect.zipRight(Deferred.succeed(held, undefined)),
          Effect.zipRight(Deferred.await(over)),
          sql.withTransaction
        )
    ).pipe(Effect.provide(liveClient(1)), Effect.forkScoped)
    yield* Effect.raceFirst(Deferred.await(held), Fiber.join(dump))
    return { end: Effect.zipRight(Deferred.succeed(over, undefined), Fiber.join(dump)) }
  })

describe("migrations on Postgres", () => {
  layer(freshDatabase, { excludeTestServices: true })((it) => {
    it.scoped("each runs once, though four programs start at the same moment", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        const name = `${new URL(Redacted.value(url)).pathname.slice(1)}_new`
        const run = (statement: string) =>
          Effect.provide(
            Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)),
            sqlPostgres({ url, connections: 1, application: "admin" })
          )
        yield* Effect.acquireRelease(run(`create database ${name}`), () =>
          Effect.orDie(run(`drop database ${name} with (force)`))
        )
        const fresh = new URL(Redacted.value(url))
        fresh.pathname = `/${name}`
        const step: Migration = {
          version: knownVersion(ownSchema) + 1,
          name: "a step",
          sql: "create table steps (id int)"
        }
        const all = { ...ownSchema, migrations: [...ownSchema.migrations, step] }
        const start = Effect.provide(
          migrate(all),
          sqlPostgres({ url: Redacted.make(fresh.href), connections: 1, application: "starting" })
        )
        const ran = yield* Effect.all([start, start, start, start], { concurrency: "unbounded" })
        assert.deepStrictEqual(
          ran.flat().sort((a, b) => a - b),
          Array.from({ length: step.version }, (_, i) => i + 1)
        )
      })
    )

    it.scoped("of tables that are up to date are done at once beside a dump, and keep nobody waiting", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        yield* dumping("schema_version")
        const migrating = yield* Effect.fork(Effect.provide(migrate(), liveClient(1)))
        assert.strictEqual((yield* checkPostgres(url)).schema?.version, knownVersion(ownSchema))
        assert.deepStrictEqual(yield* Fiber.join(migrating), [])
      })
    )

    it.scoped("wait for a dump's end and say so, and meanwhile others use the table", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table notes (id int)`
        const dump = yield* dumping("notes")
        const told = yield* Deferred.make<void>()
        const step = {
          version: knownVersion(ownSchema) + 1,
          name: "a step",
          sql: "alter table notes add column text text"
        }
        const all = {
          ...ownSchema,
          migrations: [...ownSchema.migrations, { ...step, runsBeside: knownVersion(ownSchema) }]
        }
        const migrating = yield* Effect.fork(
          Effect.provide(migrate(all, Deferred.succeed(told, undefined)), liveClient(1))
        )
        yield* Effect.raceFirst(Deferred.await(told), Fiber.join(migrating))
        assert.deepStrictEqual(yield* sql`select id from notes`, [])
        assert.isTrue(Option.isNone(yield* Fiber.poll(migrating)))
        yield* dump.end
        assert.deepStrictEqual(yield* Fiber.join(migrating), [step.version])
        assert.deepStrictEqual(yield* sql`select id, text from notes`, [])
      }).pipe(Effect.provide(liveClient(1)))
    )
  })
})
