/**
 * Begins a new epoch of a store that was restored, so that nobody trusts numbers of what came after the copy was made.
 */
import type { SqlClient } from "@effect/sql/SqlClient"

export const beginEpoch = (sql: SqlClient) => sql`update store_meta set epoch = gen_random_uuid() where one`
