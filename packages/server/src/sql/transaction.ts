/** A transaction whose end may fail like any statement. */
import type { SqlClient } from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { Effect, Option } from "effect"

/**
 * Like `sql.withTransaction`, which dies if the commit fails, for example when the database becomes unreachable. Here
 * that is a failure. Nobody then knows whether the commit took place.
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
