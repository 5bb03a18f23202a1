/** Brings a database's tables to the version that this program knows, and refuses tables that it does not know. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Data, Effect, Schedule } from "effect"
import { knownVersion, type Migration, type SchemaFacts, schemaQuery, stateOf, type TableSchema } from "./Migration.ts"
import { ownSchema } from "./ownSchema.ts"
import { isHeld } from "./sqlState.ts"
import { transaction } from "./transaction.ts"

/** The tables belong to a newer program, and this one does not run beside it. */
export class NewerSchema extends Data.TaggedError("NewerSchema")<{ readonly found: number; readonly known: number }> {}
/** Another text than this program's baseline made the tables. This program leaves them alone. */
export class OtherSchema extends Data.TaggedError("OtherSchema") {}

/**
 * Runs the missing steps: the baseline and each migration in a transaction of its own under one lock, so that programs
 * that start together run each once. Returns the versions that this call ran. While another session locks a table it
 * waits, up to an hour, and calls `onHeld` once.
 */
export const migrate = (
  schema: TableSchema = ownSchema,
  onHeld: Effect.Effect<unknown> = Effect.void
): Effect.Effect<ReadonlyArray<number>, NewerSchema | OtherSchema | SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const tellOnce = yield* Effect.once(onHeld)
    const untilFree = Effect.retry(
      Effect.tapErrorTag(transaction(sql, runNext(sql, schema)), "SqlError", (error) =>
        Effect.when(tellOnce, () => isHeld(error))
      ),
      {
        schedule: whileHeld,
        while: (error) => error._tag === "SqlError" && isHeld(error)
      }
    )
    const ran: Array<number> = []
    for (;;) {
      const version = yield* untilFree
      if (version === undefined) return ran
      ran.push(version)
    }
  })

/**
 * Returns the version of the database's tables, or 0 if it has none. The version may be newer than the program's, as
 * long as the program works on it.
 */
export const schemaVersion = (
  schema: TableSchema = ownSchema
): Effect.Effect<number, NewerSchema | OtherSchema | SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const facts = yield* readFacts(yield* SqlClient.SqlClient)
    yield* refuse(facts, schema)
    return facts?.version ?? 0
  })

/**
 * Statements behind a statement that waits for a table wait as well. This is shorter than an ordinary statement may
 * wait for a lock (2 s), so none of them fails. They get through in the pauses between tries. It is longer than
 * Postgres' deadlock_timeout (1 s), at which an autovacuum gives way.
 */
const heldAfter = "1500ms"
const whileHeld = Schedule.upTo(Schedule.spaced("5 seconds"), "1 hour")

// Any number that nobody else locks.
const lockKey = 7_105_211

const runNext = (sql: SqlClient.SqlClient, schema: TableSchema) =>
  Effect.gen(function* () {
    // Another program may be migrating for longer than an ordinary statement may wait.
    yield* sql`select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`
    yield* sql`select pg_advisory_xact_lock(${lockKey})`
    yield* sql`select set_config('lock_timeout', ${heldAfter}, true)`
    const facts = yield* readFacts(sql)
    yield* refuse(facts, schema)
    const next = nextStep(facts, schema)
    if (next === undefined) return undefined
    yield* sql.unsafe(next.sql)
    yield* sql`insert into schema_version (version, name, runs_beside, fingerprint)
      values (${next.version}, ${next.name}, ${next.runsBeside ?? null}::int, ${next.fingerprint ?? null}::text)`
    return next.version
  })

interface Step extends Migration {
  readonly fingerprint?: string
}

const nextStep = (facts: SchemaFacts | undefined, { baseline, migrations }: TableSchema): Step | undefined =>
  facts === undefined ? { version: 1, name: "baseline", ...baseline } : migrations[facts.version - 1]

const readFacts = (sql: SqlClient.SqlClient) =>
  Effect.gen(function* () {
    const [table] = yield* sql<{ found: boolean }>`select to_regclass('schema_version') is not null as found`
    if (table?.found !== true) return undefined
    const [facts] = yield* sql.unsafe<SchemaFacts>(schemaQuery)
    return facts
  })

const refuse = (
  facts: SchemaFacts | undefined,
  schema: TableSchema
): Effect.Effect<void, NewerSchema | OtherSchema> => {
  const state = stateOf(facts, schema)
  if (state === "other") return new OtherSchema()
  return state === "newer" ? new NewerSchema({ found: facts?.version ?? 0, known: knownVersion(schema) }) : Effect.void
}
