/**
 * Checkpoints of the embedded database. Postgres has a process of its own for them. PGlite is a single session, which
 * makes none until it is closed: its write-ahead log would grow for as long as the server runs, and a start after a
 * kill would read all of it.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { Effect } from "effect"

/**
 * Bytes of the log, some 100,000 messages. A start reads 200 MB of it in a second; a checkpoint blocks the database for
 * a fifth of a second.
 */
const dueBytes = 134_217_728
const lookEvery = "5 seconds"

/** The bytes that a start would have to read now. */
const writtenSince = (sql: SqlClient.SqlClient) =>
  Effect.map(
    sql<{
      bytes: number
    }>`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`,
    ([row]) => row?.bytes ?? 0
  )

/**
 * Runs for ever: makes a checkpoint whenever this much was written. Logs and retries a failed one; until then the log
 * grows.
 */
export const keepCheckpoints = (sql: SqlClient.SqlClient): Effect.Effect<never> =>
  Effect.flatMap(writtenSince(sql), (bytes) => (bytes < dueBytes ? Effect.void : sql`checkpoint`)).pipe(
    repeatEvery(lookEvery, "The embedded database made no checkpoint: its log grows")
  )
