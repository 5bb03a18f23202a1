/**
 * One batch in one transaction, in two flushes: lock and load, then write and commit. Only the decisions run between
 * them. They wait for nothing, since the transaction holds the locks of all logs of the batch meanwhile.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import type { Command } from "@hibiki/core/commands/Command"
import { requestOf } from "@hibiki/core/commands/FactRequest"
import { RandomBytes } from "@hibiki/core/domain/Uuid"
import type { AppendOptions, AppendResult } from "@hibiki/core/ports/EventStore"
import { Effect, Either } from "effect"
import { decideLoaded, loadParameters, loadQuery, storeQuery } from "./batchSql.ts"
import { sqlState } from "./sqlState.ts"

/** How long a batch may wait (ms), for all its locks together. */
const waitsMs = 300

/** `waits` is only for the commands of one log: the transaction holds its locks while it waits for the others. */
export const appendInTransaction =
  (sql: SqlClient) =>
  (commands: ReadonlyArray<Command>, { waits = false }: AppendOptions = {}): Effect.Effect<AppendResult, SqlError> => {
    const once = (waits: boolean) =>
      Effect.scoped(
        Effect.flatMap(sql.reserve, (connection) =>
          transact(connection, commands, waits).pipe(
            // A failure or an interruption leaves no transaction open on a connection that others get.
            Effect.onExit((exit) =>
              exit._tag === "Success" ? Effect.void : Effect.ignore(connection.executeRaw("rollback", []))
            )
          )
        )
      )
    return waits ? Effect.catchIf(once(true), hasWaited, () => once(false)) : once(false)
  }

/**
 * The statement timeout or the lock timeout ended the statement. Without waiting, the batch gets its answer at once.
 */
const hasWaited = (error: SqlError): boolean => ["57014", "55P03"].includes(sqlState(error) ?? "")

/**
 * Takes the locks in the order of their ids, like every transaction that takes several. Transactions that skip locked
 * rows wait for nobody, and those that wait do so in one order, so there is no deadlock.
 */
const lockWaiting = (connection: Connection, logs: ReadonlyArray<string>) => {
  const forTheTime = (value: string) =>
    connection.execute("select set_config('statement_timeout', $1, true)", [value], undefined)
  return Effect.gen(function* () {
    const [row] = yield* connection.execute("select current_setting('statement_timeout') as before", [], undefined)
    yield* forTheTime(`${waitsMs}ms`)
    yield* connection.execute(lockInOrder, [`{${logs.join(",")}}`], undefined)
    yield* forTheTime((row as { readonly before: string }).before)
  })
}
const lockInOrder = "select from conversations c where c.id = any($1::uuid[]) order by c.id for no key update"

const transact = Effect.fnUntraced(function* (
  connection: Connection,
  commands: ReadonlyArray<Command>,
  waits: boolean
) {
  const request = requestOf(commands)
  const load = connection.execute(loadQuery, loadParameters(request), undefined)
  const begin = connection.executeRaw("begin", [])
  if (waits) {
    yield* begin
    const locked = [...request.logs.values()].filter(({ isLocked }) => isLocked)
    yield* lockWaiting(
      connection,
      locked.map(({ log }) => log)
    )
  }
  const [, loaded] = waits ? [undefined, yield* load] : yield* flush(begin, load)
  const { result, store } = decideLoaded(commands, request, loaded, yield* RandomBytes)
  if (store === undefined) {
    yield* connection.executeRaw("commit", [])
    return result
  }
  const [, committed] = yield* flush(
    connection.execute(storeQuery, store, undefined),
    connection.executeRaw("commit", [])
  )
  // Postgres answers a commit after a failed statement like this, without an error.
  if (isRolledBack(committed)) return yield* new SqlError({ cause: committed, message: "the batch was rolled back" })
  return result
})

/**
 * Sends both at once, if the connection can, and waits for both: the second one's answer must not reach the
 * connection's next user.
 */
const flush = <A, B>(
  first: Effect.Effect<A, SqlError>,
  second: Effect.Effect<B, SqlError>
): Effect.Effect<readonly [A, B], SqlError> =>
  Effect.flatMap(Effect.all([first, second], { concurrency: 2, mode: "either" }), ([a, b]) =>
    Either.isLeft(a)
      ? Effect.fail(a.left)
      : Either.isLeft(b)
        ? Effect.fail(b.left)
        : Effect.succeed([a.right, b.right] as const)
  )

const isRolledBack = (result: unknown): boolean =>
  typeof result === "object" && result !== null && "command" in result && result.command === "ROLLBACK"
