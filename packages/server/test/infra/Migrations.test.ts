/** A database's schema is brought up once, whole, and never down. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { Context, Effect, Layer, type Scope } from "effect"
import { SqlPglite } from "../../src/backends/SqlPglite.ts"
import { migrate, migrations, schemaVersion } from "../../src/infra/Migrations.ts"
import { folderTemplate } from "../backends/pgliteKit.ts"

class Folders extends Context.Tag("test/Folders")<Folders, { readonly copy: Effect.Effect<string, never, Scope.Scope> }>() {}

const database = Layer.unwrapScoped(Effect.flatMap(Folders, ({ copy }) => Effect.map(copy, (folder) => SqlPglite.layer({ folder }))))
const table = (version: number, sql = `create table t${version} (id int)`) => ({ version, name: `table ${version}`, sql })

describe("migrations", () => {
  layer(Layer.scoped(Folders, folderTemplate), { timeout: 60_000, excludeTestServices: true })((it) => {
    it.effect("run once each, in order", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* schemaVersion(), 0)
        assert.deepStrictEqual(
          yield* migrate(),
          migrations.map(({ version }) => version)
        )
        assert.deepStrictEqual(yield* migrate(), [])
        assert.strictEqual(yield* schemaVersion(), migrations.length)
        const sql = yield* SqlClient.SqlClient
        assert.strictEqual((yield* sql`select epoch from store_meta`).length, 1)
      }).pipe(Effect.provide(database))
    )

    it.effect("take over the users of an earlier version, who are to be seen as before", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* migrate(migrations.slice(0, 2))
        yield* sql`insert into users (id, handle, display_name) values (gen_random_uuid(), 'ann', 'Ann')`
        assert.deepStrictEqual(
          yield* migrate(),
          migrations.slice(2).map(({ version }) => version)
        )
        assert.deepStrictEqual(yield* sql`select handle, invisible from users`, [{ handle: "ann", invisible: false }])
      }).pipe(Effect.provide(database))
    )

    it.effect("are numbered without gap", () =>
      Effect.sync(() =>
        assert.deepStrictEqual(
          migrations.map(({ version }) => version),
          migrations.map((_, i) => i + 1)
        )
      )
    )

    it.effect("that fail leave nothing of themselves, and keep what came before", () =>
      Effect.gen(function* () {
        const bad = table(2, "create table t2 (id int); select 1 / 0")
        assert.strictEqual((yield* Effect.flip(migrate([table(1), bad, table(3)])))._tag, "SqlError")
        assert.strictEqual(yield* schemaVersion([table(1), bad, table(3)]), 1)
        assert.deepStrictEqual(yield* migrate([table(1), table(2), table(3)]), [2, 3])
      }).pipe(Effect.provide(database))
    )

    it.effect("refuse a database of a newer version", () =>
      Effect.gen(function* () {
        yield* migrate([table(1), table(2)])
        for (const attempt of [Effect.asVoid(migrate([table(1)])), Effect.asVoid(schemaVersion([table(1)]))]) {
          const refused = yield* Effect.flip(attempt)
          assert.deepStrictEqual({ ...(refused as object) }, { _tag: "NewerSchema", found: 2, known: 1 })
        }
      }).pipe(Effect.provide(database))
    )
  })
})
