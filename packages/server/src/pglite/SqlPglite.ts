/** The SqlClient of the embedded mode: the same SQL as on Postgres, on PGlite in a thread, over one connection. */

import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import type { Command } from "@hibiki/core/commands/Command"
import { describeError } from "@hibiki/core/fibers/logging"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { releaseWithin } from "@hibiki/core/fibers/Time"
import { FairTurn } from "@hibiki/core/fibers/Turns"
import type { AppendResult } from "@hibiki/core/ports/EventStore"
import { Context, Data, Deferred, Effect, Layer, Scope, Stream } from "effect"
import { AppendBackend } from "../sql/AppendBackend.ts"
import { keepCheckpoints } from "./checkpoints.ts"
import { type FolderProblem, type FolderStep, FolderUnusable, preparePgliteFolder } from "./PgliteFolder.ts"
import { openThread, type PgliteThread, type ThreadAnswer } from "./PgliteThread.ts"

/** The database thread ended for the second time, or could not be reopened: nothing can be stored any more. */
export class PgliteDied extends Data.TaggedError("PgliteDied")<{ readonly reason: string }> {}

/** The failure that a statement's SqlError carries as its cause; `code` is the SQLSTATE, as on pg's errors. */
export class PgliteError extends Data.TaggedError("PgliteError")<{
  readonly code: string | undefined
  readonly message: string
}> {}

/**
 * The minimum timeout of statements, in ms. For callers with long statements, such as a step of the schema that reads a
 * whole table.
 */
export class PglitePatience extends Context.Reference<PglitePatience>()("@hibiki/server/pglite/PglitePatience", {
  defaultValue: () => 0
}) {}

export class SqlPglite extends Context.Tag("@hibiki/server/pglite/SqlPglite")<
  SqlPglite,
  {
    /**
     * Never succeeds. Fails when the database is lost for good, and with it the program. The composition of the program
     * runs it.
     */
    readonly died: Effect.Effect<never, PgliteDied>
    /** Ends the thread at once, for tests of the consequences. */
    readonly killThread: Effect.Effect<void>
  }
>() {
  /**
   * Opens `folder` (locking it first) until the scope closes, then closes the database cleanly. Statements wait for
   * each other, and a transaction waits until its turn is over; that wait has no timeout but the caller's own. A
   * statement whose turn it is gets an answer within `queryTimeoutMs` (or its caller's patience). PGlite can't cancel
   * it, though: it runs on, and later statements wait behind it. A thread that does not answer for a minute is ended. A
   * thread that ended is reopened, once, while new statements wait.
   */
  static readonly layer = (options: {
    readonly folder: string
    readonly queryTimeoutMs?: number | undefined
    /**
     * A thread that has not closed the database within this time is ended: the next start reads the write-ahead log.
     */
    readonly closeTimeoutMs?: number | undefined
    readonly onStep?: ((step: FolderStep) => Effect.Effect<void>) | undefined
  }): Layer.Layer<SqlPglite | SqlClient.SqlClient | AppendBackend, FolderProblem> =>
    Layer.scopedContext(
      Effect.gen(function* () {
        const onStep = options.onStep ?? (() => Effect.void)
        const dataDir = yield* preparePgliteFolder(options.folder, onStep)
        yield* onStep("opening")
        const threads = yield* keepThread(dataDir, options.closeTimeoutMs ?? closeTimeoutMs).pipe(
          Effect.mapError((reason) => new FolderUnusable({ folder: options.folder, reason }))
        )
        const turn = new FairTurn()
        const timeoutMs = options.queryTimeoutMs ?? queryTimeoutMs
        const client = yield* makeClient(threads, turn, timeoutMs)
        // It takes its turn as a transaction does, and is one message to the thread.
        const append = (commands: ReadonlyArray<Command>) =>
          Effect.scoped(
            Effect.zipRight(
              Effect.zipRight(turn.take, threads.ready),
              Effect.suspend(() => askThread(threads.current(), { commands }, timeoutMs))
            )
          ).pipe(Effect.map(([result]) => result as AppendResult))
        yield* Effect.forkScoped(keepCheckpoints(client))
        return Context.make(SqlClient.SqlClient, client).pipe(
          Context.add(AppendBackend, { append }),
          Context.add(SqlPglite, { died: threads.died, killThread: Effect.suspend(() => threads.current().kill) })
        )
      })
    ).pipe(Layer.provide(Reactivity.layer))
}

const queryTimeoutMs = 10_000
const stuckTimeoutMs = 60_000
const closeTimeoutMs = 10_000

interface Threads {
  readonly current: () => PgliteThread
  /** Waits while the thread is being reopened. */
  readonly ready: Effect.Effect<void>
  readonly died: Effect.Effect<never, PgliteDied>
}

// Keeps a thread open. Open statements of a thread that ended are answered as lost.
const keepThread = (dataDir: string, closeWithinMs: number) =>
  Effect.gen(function* () {
    const died = yield* Deferred.make<never, PgliteDied>()
    const open = acquireThen(openThread(dataDir), (thread) =>
      thread.close.pipe(
        releaseWithin(closeWithinMs),
        Effect.catchAll(() => thread.kill)
      )
    )
    let current = yield* open
    const isOpen = yield* Effect.makeLatch(true)
    const watch = Effect.gen(function* () {
      yield* current.ended
      yield* isOpen.close
      yield* Effect.logError("The database thread ended. It is opened again, once.")
      current = yield* Effect.mapError(open, (reason) => new PgliteDied({ reason }))
      yield* isOpen.open
      yield* current.ended
      return yield* new PgliteDied({ reason: "the database thread ended twice" })
    })
    yield* watch.pipe(
      Effect.catchAllDefect((defect) => new PgliteDied({ reason: describeError(defect) })),
      Effect.catchAll((error) =>
        Effect.all([Effect.logError("The database is lost", error.reason), Deferred.fail(died, error), isOpen.open])
      ),
      Effect.forkScoped
    )
    yield* Effect.suspend(() => (current.stuckMs() > stuckTimeoutMs ? current.kill : Effect.void)).pipe(
      repeatEvery("5 seconds", "The database thread could not be looked at"),
      Effect.forkScoped
    )
    return { current: () => current, ready: isOpen.await, died: Deferred.await(died) } satisfies Threads
  })

const makeClient = (threads: Threads, turn: FairTurn, timeoutMs: number) =>
  Effect.gen(function* () {
    const acquire = Effect.map(
      Effect.zipRight(turn.take, threads.ready),
      // Bound to the present thread: a transaction never goes on in the next one, which lacks its beginning.
      () => connectionOf(threads.current(), timeoutMs)
    )
    return yield* SqlClient.make({
      acquirer: acquire,
      transactionAcquirer: acquire,
      compiler: compiler(),
      spanAttributes: [["db.system.name", "pglite"]]
    })
  })

// Like acquireRelease, but waiting for it can be interrupted.
const acquireThen = <A, E, R>(
  acquire: Effect.Effect<A, E, R>,
  release: (value: A) => Effect.Effect<unknown>
): Effect.Effect<A, E, R | Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.tap(restore(acquire), (value) =>
      Effect.flatMap(Effect.scope, (scope) => Scope.addFinalizer(scope, release(value)))
    )
  )

const compiler = () =>
  Statement.makeCompiler({
    dialect: "pg",
    placeholder: (index) => `$${index}`,
    onIdentifier: Statement.defaultEscape('"'),
    onCustom: () => ["", []],
    onRecordUpdate: (placeholders, alias, columns, values, returning) => [
      `(values ${placeholders}) AS ${alias}${columns}${returning ? ` RETURNING ${returning[0]}` : ""}`,
      returning ? values.flat().concat(returning[1]) : values.flat()
    ]
  })

const askThread = (
  thread: PgliteThread,
  request: Parameters<PgliteThread["run"]>[0],
  timeoutMs: number
): Effect.Effect<ReadonlyArray<unknown>, SqlError> =>
  Effect.flatMap(PglitePatience, (patienceMs) =>
    Effect.async<ThreadAnswer>((resume) => thread.run(request, (answer) => resume(Effect.succeed(answer)))).pipe(
      Effect.timeoutFail({
        duration: Math.max(timeoutMs, patienceMs),
        onTimeout: () => failed(undefined, "no answer in time")
      })
    )
  ).pipe(
    Effect.flatMap((answer) => {
      if (answer._tag === "Rows") return Effect.succeed(answer.rows)
      return Effect.fail(
        answer._tag === "Lost" ? failed(undefined, "the database thread ended") : failed(answer.code, answer.message)
      )
    })
  )

const connectionOf = (thread: PgliteThread, timeoutMs: number): Connection => {
  const ask = (sql: string, params: ReadonlyArray<unknown>, rowMode: "object" | "array") =>
    askThread(thread, { sql, params, rowMode }, timeoutMs)
  const objects = (sql: string, params: ReadonlyArray<unknown>) =>
    ask(sql, params, "object") as Effect.Effect<ReadonlyArray<Record<string, unknown>>, SqlError>
  const transformed: Connection["execute"] = (sql, params, transform) =>
    transform === undefined ? objects(sql, params) : Effect.map(objects(sql, params), transform)
  return {
    execute: transformed,
    executeUnprepared: transformed,
    executeRaw: objects,
    executeValues: (sql, params) =>
      ask(sql, params, "array") as Effect.Effect<ReadonlyArray<ReadonlyArray<unknown>>, SqlError>,
    // One connection and no cursor: the rows come at once.
    executeStream: (sql, params, transform) => Stream.fromIterableEffect(transformed(sql, params, transform))
  }
}

const failed = (code: string | undefined, message: string): SqlError =>
  new SqlError({ cause: new PgliteError({ code, message }), message })
