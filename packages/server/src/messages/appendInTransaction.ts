/**
 * One batch in one transaction, in two flushes: lock and load, then write and commit. Between them only the decisions run, which wait for
 * nothing: the locks of all logs of the batch are held meanwhile.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import type { Command } from "@hibiki/core/commands/Command"
import { requestOf } from "@hibiki/core/commands/FactRequest"
import { RandomBytes } from "@hibiki/core/domain/RandomBytes"
import type { AppendResult } from "@hibiki/core/messages/EventStore"
import { Effect, Either } from "effect"
import { decideLoaded, loadParameters, loadQuery, storeQuery } from "./batchSql.ts"

export const appendInTransaction =
  (sql: SqlClient) =>
  (commands: ReadonlyArray<Command>): Effect.Effect<AppendResult, SqlError> =>
    Effect.scoped(
      Effect.flatMap(sql.reserve, (connection) =>
        transact(connection, commands).pipe(
          // Whoever fails or is interrupted leaves no transaction open on a connection that others get.
          Effect.onExit((exit) => (exit._tag === "Success" ? Effect.void : Effect.ignore(connection.executeRaw("rollback", []))))
        )
      )
    )

const transact = Effect.fnUntraced(function* (connection: Connection, commands: ReadonlyArray<Command>) {
  const request = requestOf(commands)
  const [, loaded] = yield* flush(connection.executeRaw("begin", []), connection.execute(loadQuery, loadParameters(request), undefined))
  const { result, store } = decideLoaded(commands, request, loaded, yield* RandomBytes)
  if (store === undefined) {
    yield* connection.executeRaw("commit", [])
    return result
  }
  const [, committed] = yield* flush(connection.execute(storeQuery, store, undefined), connection.executeRaw("commit", []))
  // A commit after a failed statement is answered so, without an error.
  if (isRolledBack(committed)) return yield* new SqlError({ cause: committed, message: "the batch was rolled back" })
  return result
})

/** Both are sent at once, where the connection can, and both are waited for: the second one's answer must not meet the connection's next user. */
const flush = <A, B>(first: Effect.Effect<A, SqlError>, second: Effect.Effect<B, SqlError>): Effect.Effect<readonly [A, B], SqlError> =>
  Effect.flatMap(Effect.all([first, second], { concurrency: 2, mode: "either" }), ([a, b]) =>
    Either.isLeft(a) ? Effect.fail(a.left) : Either.isLeft(b) ? Effect.fail(b.left) : Effect.succeed([a.right, b.right] as const)
  )

const isRolledBack = (result: unknown): boolean =>
  typeof result === "object" && result !== null && "command" in result && result.command === "ROLLBACK"
