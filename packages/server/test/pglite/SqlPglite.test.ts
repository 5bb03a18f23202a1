/** The embedded database: one connection, a thread that may die, a folder that may be unfit. */

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { createRequire, syncBuiltinESMExports } from "node:module"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { monotonicMs } from "@hibiki/core/fibers/Time"
import { Context, Deferred, Effect, Fiber, Layer, Schedule } from "effect"
import { temporaryFolder } from "../../../node/test/temporaryFolder.ts"
import { pglitePostgres } from "../../src/pglite/PgliteFolder.ts"
import { PglitePatience, SqlPglite } from "../../src/pglite/SqlPglite.ts"
import { sqlState } from "../../src/sql/sqlState.ts"
import { transaction } from "../../src/sql/transaction.ts"
import { databaseFolder, databaseFolders } from "./pgliteKit.ts"

const open = (folder: string, options: { readonly queryTimeoutMs?: number; readonly closeTimeoutMs?: number } = {}) =>
  Effect.map(Layer.build(SqlPglite.layer({ folder, ...options })), (context) => ({
    sql: Context.get(context, SqlClient.SqlClient),
    pglite: Context.get(context, SqlPglite)
  }))
/** For as long as the scope lives the system starts no thread. */
const noThreads = Effect.acquireRelease(
  Effect.sync(() => {
    const threads: { Worker: unknown } = createRequire(import.meta.url)("node:worker_threads")
    const { Worker } = threads
    threads.Worker = class {
      constructor() {
        throw new Error("no room for a thread")
      }
    }
    syncBuiltinESMExports()
    return () => {
      threads.Worker = Worker
      syncBuiltinESMExports()
    }
  }),
  (restore) => Effect.sync(restore)
)
const openCopy = Effect.flatMap(databaseFolder, open)

describe("the embedded database", () => {
  layer(databaseFolders, { excludeTestServices: true })((it) => {
    it.scoped("answers with rows, and with the SQLSTATE of what went wrong", () =>
      Effect.gen(function* () {
        const { sql } = yield* openCopy
        assert.deepStrictEqual(
          yield* sql`select ${1}::int as one, ${["a", "b"]}::text[] as list, ${'{"a":1}'}::jsonb as object`,
          [{ one: 1, list: ["a", "b"], object: { a: 1 } }]
        )
        assert.deepStrictEqual(yield* sql`select 1 as one, 2 as two`.values, [[1, 2]])
        yield* sql.unsafe("create table t (id int primary key); insert into t values (1)")
        assert.strictEqual(sqlState(yield* Effect.flip(sql`insert into t values (1)`)), "23505")
      })
    )

    it.scoped("is of the version of Postgres that folders are checked for", () =>
      Effect.gen(function* () {
        const { sql } = yield* openCopy
        assert.deepStrictEqual(yield* sql`select current_setting('server_version_num')::int / 10000 as version`, [
          { version: pglitePostgres }
        ])
      })
    )

    it.scoped("keeps others' statements out of a transaction, and undoes one that fails", () =>
      Effect.gen(function* () {
        const { sql } = yield* openCopy
        yield* sql`create table t (id int)`
        const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const failing = yield* Effect.fork(
          Effect.flip(
            transaction(
              sql,
              sql`insert into t values (1)`.pipe(
                Effect.zipRight(Deferred.succeed(begun, undefined)),
                Effect.zipRight(Deferred.await(goOn)),
                Effect.zipRight(Effect.fail("no"))
              )
            )
          )
        )
        yield* Deferred.await(begun)
        const counting = yield* Effect.fork(sql<{ n: number }>`select count(*)::int as n from t`)
        yield* Deferred.succeed(goOn, undefined)
        assert.strictEqual(yield* Fiber.join(failing), "no")
        assert.deepStrictEqual(yield* Fiber.join(counting), [{ n: 0 }])
      })
    )

    it.scoped("answers in time though a statement can't be cancelled, and goes on after it", () =>
      Effect.gen(function* () {
        const { sql } = yield* open(yield* databaseFolder, { queryTimeoutMs: 3_000 })
        yield* sql`create table t (id int)`
        yield* Effect.flip(transaction(sql, Effect.zipRight(sql`insert into t values (1)`, sql`select pg_sleep(5)`)))
        const counted = sql<{ n: number }>`select count(*)::int as n from t`
        assert.deepStrictEqual(yield* Effect.retry(counted, { times: 10 }), [{ n: 0 }])
      })
    )

    it.scoped("waits longer for the statements of who says so", () =>
      Effect.gen(function* () {
        const { sql } = yield* open(yield* databaseFolder, { queryTimeoutMs: 500 })
        const slow = sql<{ n: number }>`select 1 as n from pg_sleep(1)`
        yield* Effect.flip(slow)
        assert.deepStrictEqual(yield* Effect.provideService(transaction(sql, slow), PglitePatience, 60_000), [{ n: 1 }])
      })
    )

    it.scoped(
      "is opened again once when its thread dies: what was answered is there, what was not is an error, a transaction ends",
      () =>
        Effect.gen(function* () {
          const { pglite, sql } = yield* openCopy
          yield* sql`create table t (id int)`
          yield* sql`insert into t values (1)`
          const torn = yield* Effect.flip(
            transaction(
              sql,
              sql`insert into t values (2)`.pipe(
                Effect.zipRight(pglite.killThread),
                Effect.zipRight(sql`insert into t values (3)`)
              )
            )
          )
          assert.strictEqual(torn._tag, "SqlError")
          assert.deepStrictEqual(yield* Effect.retry(sql`select id from t`, { times: 100 }), [{ id: 1 }])
          // The second end is the program's.
          yield* pglite.killThread
          assert.strictEqual((yield* Effect.flip(pglite.died))._tag, "PgliteDied")
          assert.strictEqual((yield* Effect.flip(sql`select 1`))._tag, "SqlError")
        })
    )

    it.scoped("tells that it is lost when no thread can be started in the ended one's place", () =>
      Effect.gen(function* () {
        const { pglite, sql } = yield* openCopy
        yield* noThreads
        yield* pglite.killThread
        const { reason } = yield* Effect.timeout(Effect.flip(pglite.died), "2 minutes")
        assert.strictEqual(reason, "Error: no room for a thread")
        assert.strictEqual((yield* Effect.flip(sql`select 1`))._tag, "SqlError")
      })
    )

    it.scoped("makes a checkpoint once much was written, so that its log does not grow for ever", () =>
      Effect.gen(function* () {
        const { sql } = yield* openCopy
        const redo = Effect.map(
          sql<{ at: string }>`select redo_lsn::text as at from pg_control_checkpoint()`,
          ([row]) => row?.at
        )
        const before = yield* redo
        // A segment of 16 MB each.
        const segment = Effect.zipRight(
          sql`select pg_logical_emit_message(false, 'test', 'a segment')`,
          sql`select pg_switch_wal()`
        )
        yield* Effect.repeatN(segment, 4)
        assert.strictEqual(yield* redo, before)
        yield* Effect.repeatN(segment, 4)
        const moved = Effect.filterOrFail(redo, (at) => at !== before)
        yield* Effect.retry(moved, Schedule.spaced("100 millis")).pipe(Effect.timeout("2 minutes"))
      })
    )

    it.scoped("closes cleanly with its scope and opens again with what it held", () =>
      Effect.gen(function* () {
        const folder = yield* databaseFolder
        yield* Effect.scoped(
          Effect.flatMap(open(folder), ({ sql }) => sql.unsafe("create table t (id int); insert into t values (7)"))
        )
        assert.strictEqual(existsSync(join(folder, "pg", "postmaster.pid")), false)
        const { sql } = yield* open(folder)
        assert.deepStrictEqual(yield* sql`select id from t`, [{ id: 7 }])
      })
    )

    it.scoped("ends its thread in time when that is stuck, and opens again with what was answered", () =>
      Effect.gen(function* () {
        const folder = yield* databaseFolder
        const use = Effect.gen(function* () {
          const { sql } = yield* open(folder, { queryTimeoutMs: 3_000, closeTimeoutMs: 500 })
          yield* sql.unsafe("create table t (id int); insert into t values (7)")
          yield* Effect.flip(sql`select pg_sleep(18)`)
          return yield* monotonicMs
        })
        const stuckAt = yield* Effect.scoped(use)
        assert.isBelow((yield* monotonicMs) - stuckAt, 10_000)
        const { sql } = yield* open(folder)
        assert.deepStrictEqual(yield* sql`select id from t`, [{ id: 7 }])
      })
    )

    it.scoped("refuses a folder in which another works", () =>
      Effect.gen(function* () {
        const folder = yield* databaseFolder
        yield* open(folder)
        const problem = yield* Effect.flip(open(folder))
        assert.deepStrictEqual(
          [problem._tag, problem._tag === "FolderLocked" && problem.pid],
          ["FolderLocked", process.pid]
        )
      })
    )

    it.scoped("refuses a folder of a newer Postgres, of an older one, and one that holds no database", () =>
      Effect.gen(function* () {
        const folder = yield* databaseFolder
        const version = join(folder, "pg", "PG_VERSION")
        writeFileSync(version, "99\n")
        const newer = yield* Effect.flip(open(folder))
        assert.deepStrictEqual(
          { ...(newer as object) },
          { _tag: "FolderNewer", folder, what: "postgres", found: 99, known: pglitePostgres }
        )
        writeFileSync(version, "12\n")
        assert.strictEqual((yield* Effect.flip(open(folder)))._tag, "FolderUnusable")
        rmSync(version)
        assert.strictEqual((yield* Effect.flip(open(folder)))._tag, "FolderUnusable")
        // Refused, it lets go of the folder.
        assert.deepStrictEqual(readdirSync(folder), ["pg"])
      })
    )

    it.scoped("tells why a folder does not open", () =>
      Effect.gen(function* () {
        const folder = yield* databaseFolder
        rmSync(join(folder, "pg", "global"), { recursive: true })
        const problem = yield* Effect.flip(open(folder))
        assert.strictEqual(problem._tag, "FolderUnusable")
      })
    )

    it.scoped("makes a new folder in steps that it names, and starts over where a start was cut short", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        // A start that was killed while the database was being made leaves this.
        writeFileSync(join(folder, "pg.new"), "half")
        const steps: Array<string> = []
        const built = SqlPglite.layer({ folder, onStep: (step) => Effect.sync(() => steps.push(step)) })
        yield* Effect.scoped(Layer.build(built))
        yield* Effect.scoped(Layer.build(built))
        assert.deepStrictEqual(steps, ["making", "opening", "opening"])
        assert.deepStrictEqual(readdirSync(folder), ["pg"])
      })
    )
  })
})
