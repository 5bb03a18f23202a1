/** A transaction whose end may fail like any statement. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { Effect, Option } from "effect"

/**
 * As `sql.withTransaction`, which dies when the commit fails, as it does when the database goes away: here that is a
 * failure. Whether the commit took place is then unknown.
 */
export const transaction = <A, E, R>(
  sql: SqlClient,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError, R> =>
  sql
    .withTransaction(effect)
    .pipe(
      Effect.catchSomeDefect((defect) =>
        defect instanceof SqlError ? Option.some(Effect.fail(defect)) : Option.none()
      )
    )
