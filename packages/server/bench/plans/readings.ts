/** What Postgres did for a question: rows that it read, by which indexes, and which tables it read from end to end. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export interface Reading {
  /** Of indexes and of tables that were read from end to end. */
  readonly rows: number
  /** Times that each index was searched. */
  readonly indexes: ReadonlyMap<string, number>
  /** Times that each table was read from end to end. */
  readonly whole: ReadonlyMap<string, number>
}

/**
 * So far, in this database. Tables that hold next to nothing are read from end to end because that is quickest, and are
 * left out.
 */
export const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe("select pg_stat_force_next_flush()")
  const tables = yield* sql.unsafe<{ readonly name: string; readonly scans: number; readonly rows: number }>(`
    select relname as name, seq_scan::float8 as scans, seq_tup_read::float8 as rows
    from pg_stat_user_tables where n_live_tup > 100`)
  const indexes = yield* sql.unsafe<{ readonly name: string; readonly scans: number; readonly rows: number }>(
    "select indexrelname as name, idx_scan::float8 as scans, idx_tup_read::float8 as rows from pg_stat_user_indexes"
  )
  return {
    rows: [...tables, ...indexes].reduce((sum, { rows }) => sum + rows, 0),
    indexes: new Map(indexes.map(({ name, scans }) => [name, scans])),
    whole: new Map(tables.map(({ name, scans }) => [name, scans]))
  } satisfies Reading as Reading
})

export const since = (before: Reading, after: Reading): Reading => ({
  rows: after.rows - before.rows,
  indexes: grown(before.indexes, after.indexes),
  whole: grown(before.whole, after.whole)
})

const grown = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
  new Map(
    [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const).filter(([, count]) => count > 0)
  )
