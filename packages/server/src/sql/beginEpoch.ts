/** Begins a new epoch of a restored store, so that nobody trusts the numbers of events after the copy was made. */
import type { SqlClient } from "@effect/sql/SqlClient"

export const beginEpoch = (sql: SqlClient) => sql`update store_meta set epoch = gen_random_uuid() where one`
