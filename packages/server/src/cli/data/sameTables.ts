/**
 * Exports and imports require tables that this program knows completely: it may run beside newer ones, and would leave
 * out their new columns.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Problem } from "@hibiki/node/Problem"
import { Effect } from "effect"
import { knownVersion } from "../../sql/Migration.ts"
import { ownSchema } from "../../sql/ownSchema.ts"
import { tooNew } from "../cluster/checkServices.ts"
import { databaseFailed } from "../cluster/commandDatabase.ts"

export const sameTables = (sql: SqlClient): Effect.Effect<void, Problem> =>
  sql<{ readonly version: number }>`select max(version)::int as version from schema_version`.pipe(
    Effect.mapError(databaseFailed),
    Effect.flatMap(([row]) =>
      row !== undefined && row.version > knownVersion(ownSchema) ? tooNew(row.version) : Effect.void
    )
  )
