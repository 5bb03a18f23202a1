/** As if the database's clock went on so far since tokens were replaced, or back. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export const passForRefreshes = (ms: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.asVoid(sql`update devices set rotated_at = rotated_at - ${ms}::bigint`)
  )
