/**
 * One connection to the broker with one channel, reopened whenever either ends, as long as the scope is open. The
 * driver's own recovery is not used: it does not notice that a channel ended, and it can wedge. Connecting has a
 * timeout, and so has each answer during set-up. The delay between retries is 1 s at most.
 */
import { describeError, makeOutageLog } from "@hibiki/core/fibers/logging"
import { Cause, Data, Deferred, Effect, Exit, Schedule, type Scope } from "effect"
import { connectionsLost, connectionsOpened, count } from "./AmqpMetrics.ts"
import { type AmqpOptions, AmqpSession, type OpenLink, renewal } from "./AmqpSession.ts"
import { BrokerProblem } from "./BrokerProblem.ts"
import { giveUpWhenSilent } from "./giveUpWhenSilent.ts"
import { whileAnswering } from "./whileAnswering.ts"

/** A failure of the broker or of the way to it. */
export class AmqpError extends Data.TaggedError("AmqpError")<{ readonly operation: string; readonly cause: unknown }> {}

export interface LinkUser {
  /**
   * Sets up the channel and calls `answered` after each answer: a distant broker may need long for many answers. If it
   * throws or hangs, the link retries with another connection.
   */
  readonly open: (link: OpenLink, answered: () => void) => Promise<void>
  /** Called once for each `open`, when the link that `open` received is unusable. */
  readonly lost: () => void
}

const tryMsDefault = 5_000

/** 50 ms doubling to 0.8 s, with a jitter of a fifth. Starts over after a connection lived for a while. */
const backoff = Schedule.exponential("50 millis").pipe(
  Schedule.union(Schedule.spaced("800 millis")),
  Schedule.jittered,
  Schedule.resetAfter("5 seconds")
)

/**
 * Completes when the first set-up is done, or after the time of one try if it is not. The retries then go on in the
 * background.
 */
export const keepLinked = (options: AmqpOptions, user: LinkUser): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const first = yield* Deferred.make<void>()
    const labels = { link: options.link }
    let isOpen = false
    const away = makeOutageLog("The broker is away: trying again", "The broker is there again")

    const opened = Effect.suspend(() => {
      isOpen = true
      count(connectionsOpened, labels)
      Deferred.unsafeDone(first, Exit.void)
      return Effect.annotateLogs(away.over, labels)
    })
    const failed = (error: AmqpError) =>
      Effect.suspend(() => {
        if (error.operation === renewal) return Effect.void
        if (isOpen) count(connectionsLost, labels)
        isOpen = false
        return Effect.annotateLogs(away.met(`${error.operation}: ${describeError(error.cause)}`), labels)
      })

    yield* oneLife(options, user, opened).pipe(
      Effect.catchAllDefect((cause) => new AmqpError({ operation: "link", cause })),
      Effect.tapError(failed),
      Effect.retry(backoff),
      Effect.tapErrorCause((cause) =>
        Cause.isInterruptedOnly(cause) ? Effect.void : Effect.logError("A link to the broker ended for good", cause)
      ),
      Effect.forkScoped
    )
    yield* Deferred.await(first).pipe(Effect.timeoutOption(options.tryMs ?? tryMsDefault))
  })

/** Runs from the attempt to connect to the end of the connection, which is its only result. */
const oneLife = (options: AmqpOptions, user: LinkUser, opened: Effect.Effect<void>): Effect.Effect<never, AmqpError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { tryMs = tryMsDefault } = options
      const ended = yield* Deferred.make<never, AmqpError>()
      const session = yield* Effect.acquireRelease(
        Effect.sync(
          () =>
            new AmqpSession(options, (operation, cause) =>
              Deferred.unsafeDone(ended, Exit.fail(new AmqpError({ operation, cause })))
            )
        ),
        (session) => Effect.promise(() => session.end())
      )
      const attempt = <A>(operation: string, run: () => Promise<A>) =>
        Effect.tryPromise({ try: run, catch: (cause) => new AmqpError({ operation, cause: wordsOf(cause) }) })
      const late = () => new AmqpError({ operation: "connect", cause: "no answer in time" })
      // Once the set-up has begun, parts of the link may be in use, whether the set-up succeeds or not.
      yield* Effect.gen(function* () {
        const link = yield* Effect.timeoutFail(
          attempt("connect", () => session.open()),
          { duration: tryMs, onTimeout: late }
        )
        yield* Effect.addFinalizer(() => Effect.sync(() => user.lost()))
        yield* attempt("set up", () => whileAnswering(async (answered) => user.open(link, answered), tryMs))
      }).pipe(Effect.raceFirst(Deferred.await(ended)))
      yield* opened
      return yield* Effect.raceFirst(Deferred.await(ended), giveUpWhenSilent(session))
    })
  )

const wordsOf = (cause: unknown): unknown => (cause instanceof BrokerProblem ? cause.sentence : cause)
