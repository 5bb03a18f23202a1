/** Makes a transaction that has just begun read a single moment, for as long as it takes. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"

export const snapshotOf = (sql: SqlClient) =>
  Effect.zipRight(sql.unsafe("set transaction isolation level repeatable read, read only"), withoutHaste(sql))

/** The reader of the lines may be slow, and a table large. */
export const withoutHaste = (sql: SqlClient) =>
  sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`
