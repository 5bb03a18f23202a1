/**
 * A database's tables are made once, whole, brought up step by step, and left alone where this program does not know
 * them.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SqlPglite } from "../../src/pglite/SqlPglite.ts"
import { type Migration, makeBaseline } from "../../src/sql/Migration.ts"
import { migrate, schemaVersion } from "../../src/sql/Migrations.ts"
import { ownSchema, schemaFiles } from "../../src/sql/ownSchema.ts"
import { databaseFolder, databaseFolders } from "../pglite/pgliteKit.ts"

const database = Layer.unwrapScoped(Effect.map(databaseFolder, (folder) => SqlPglite.layer({ folder })))
const baselineOf = (sql: string) => makeBaseline([schemaFiles.get("01_meta.sql") ?? assert.fail("no meta"), sql])
const baseline = baselineOf("create table t1 (id int)")
const table = (version: number, sql = `create table t${version} (id int)`): Migration => ({
  version,
  name: `table ${version}`,
  sql
})
const schema = (...migrations: ReadonlyArray<Migration>) => ({ baseline, migrations })

const tablesNow = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ name: string }>`select relname as name from pg_class where relname ~ '^t[0-9]$' order by 1`,
    (rows) => rows.map(({ name }) => name)
  )
)

describe("the tables", () => {
  layer(databaseFolders, { excludeTestServices: true })((it) => {
    it.effect("of an empty database are made by the baseline, which it records", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        assert.strictEqual(yield* schemaVersion(), 0)
        assert.deepStrictEqual(yield* migrate(), [1])
        assert.deepStrictEqual(yield* migrate(), [])
        assert.strictEqual(yield* schemaVersion(), 1)
        assert.deepStrictEqual(yield* sql`select version, name, fingerprint from schema_version`, [
          { version: 1, name: "baseline", fingerprint: ownSchema.baseline.fingerprint }
        ])
        assert.strictEqual((yield* sql`select epoch from store_meta`).length, 1)
      }).pipe(Effect.provide(database))
    )

    it.effect("are made whole or not at all", () =>
      Effect.gen(function* () {
        const bad = { baseline: baselineOf("create table t1 (id int); select 1 / 0"), migrations: [] }
        assert.strictEqual((yield* Effect.flip(migrate(bad)))._tag, "SqlError")
        assert.deepStrictEqual(yield* tablesNow, [])
        assert.strictEqual(yield* schemaVersion(), 0)
        assert.deepStrictEqual(yield* migrate(schema(table(2))), [1, 2])
      }).pipe(Effect.provide(database))
    )

    it.effect("that another baseline made are refused and left alone", () =>
      Effect.gen(function* () {
        const other = { baseline: baselineOf("create table t1 (id bigint)"), migrations: [table(2)] }
        yield* migrate(schema())
        assert.strictEqual((yield* Effect.flip(migrate(other)))._tag, "OtherSchema")
        assert.strictEqual((yield* Effect.flip(schemaVersion(other)))._tag, "OtherSchema")
        assert.deepStrictEqual(yield* tablesNow, ["t1"])
      }).pipe(Effect.provide(database))
    )

    it.effect("of a program that recorded no baseline are refused and left alone", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`create table schema_version (version int primary key, name text not null)`
        yield* sql`insert into schema_version values (1, 'chat')`
        assert.strictEqual((yield* Effect.flip(migrate()))._tag, "OtherSchema")
        assert.strictEqual((yield* Effect.flip(schemaVersion()))._tag, "OtherSchema")
        yield* sql`delete from schema_version`
        assert.strictEqual((yield* Effect.flip(migrate()))._tag, "OtherSchema")
        assert.deepStrictEqual(yield* sql`select * from schema_version`, [])
      }).pipe(Effect.provide(database))
    )
  })
})

describe("migrations", () => {
  layer(databaseFolders, { excludeTestServices: true })((it) => {
    it.effect("run once each, in order, on tables that have rows", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate(schema())
        yield* sql`insert into t1 values (7)`
        const added = table(2, "alter table t1 add column name text not null default 'as before'")
        const filled = table(3, "update t1 set name = name || ', and after'")
        assert.deepStrictEqual(yield* migrate(schema(added, filled)), [2, 3])
        assert.deepStrictEqual(yield* migrate(schema(added, filled)), [])
        assert.deepStrictEqual(yield* sql`select * from t1`, [{ id: 7, name: "as before, and after" }])
      }).pipe(Effect.provide(database))
    )

    it.effect("that fail leave nothing of themselves, and what came before stays", () =>
      Effect.gen(function* () {
        const bad = table(2, "create table t2 (id int); select 1 / 0")
        assert.strictEqual((yield* Effect.flip(migrate(schema(bad, table(3)))))._tag, "SqlError")
        assert.strictEqual(yield* schemaVersion(schema(bad, table(3))), 1)
        assert.deepStrictEqual(yield* tablesNow, ["t1"])
        assert.deepStrictEqual(yield* migrate(schema(table(2), table(3))), [2, 3])
      }).pipe(Effect.provide(database))
    )

    it.effect("leave a database of a newer version as it is where that says that this program runs beside it", () =>
      Effect.gen(function* () {
        const added = { ...table(2), runsBeside: 1 }
        yield* migrate(schema(added))
        assert.deepStrictEqual(yield* migrate(schema()), [])
        assert.strictEqual(yield* schemaVersion(schema()), 2)
        // A later step that takes away what the first version needs, and is run by the second.
        yield* migrate(schema(added, { ...table(3), runsBeside: 2 }))
        assert.strictEqual(yield* schemaVersion(schema(added)), 3)
        assert.strictEqual((yield* Effect.flip(schemaVersion(schema())))._tag, "NewerSchema")
      }).pipe(Effect.provide(database))
    )

    it.effect("refuse a database of a newer version", () =>
      Effect.gen(function* () {
        yield* migrate(schema(table(2)))
        for (const attempt of [Effect.asVoid(migrate(schema())), Effect.asVoid(schemaVersion(schema()))]) {
          const refused = yield* Effect.flip(attempt)
          assert.deepStrictEqual({ ...(refused as object) }, { _tag: "NewerSchema", found: 2, known: 1 })
        }
      }).pipe(Effect.provide(database))
    )

    it.effect("of this program are numbered without gap behind the baseline", () =>
      Effect.sync(() =>
        assert.deepStrictEqual(
          ownSchema.migrations.map(({ version }) => version),
          ownSchema.migrations.map((_, i) => i + 2)
        )
      )
    )
  })
})
