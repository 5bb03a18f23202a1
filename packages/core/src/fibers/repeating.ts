/** Work that repeats: until it succeeds, or as long as a scope lives. */
import { Cause, Duration, Effect, Schedule } from "effect"
import { logFault } from "./logging.ts"
import { monotonicMs } from "./Time.ts"

/**
 * Waits between tries during an outage: 50 ms doubling to 2 s, with a jitter of a fifth, without end. In whole
 * milliseconds, as clocks are.
 */
export const retryBackoff = Schedule.exponential("50 millis").pipe(
  Schedule.union(Schedule.spaced("2 seconds")),
  Schedule.jittered,
  Schedule.modifyDelay((_, delay) => Duration.millis(Math.round(Duration.toMillis(delay))))
)

/**
 * Retries until it succeeds, even after a defect, and logs each failure with this sentence. An interruption ends it.
 */
export const retryForever =
  (failed: string) =>
  <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A> =>
    effect.pipe(
      Effect.sandbox,
      Effect.tapError((cause) => (Cause.isInterrupted(cause) ? Effect.void : logFault(failed)(cause))),
      Effect.retry({ schedule: retryBackoff, while: (cause) => !Cause.isInterrupted(cause) }),
      Effect.unsandbox,
      Effect.orDie
    )

/** Runs `chore` for ever, with this pause between runs. A failure or defect is logged with the sentence `failed`. */
export const repeatEvery =
  (rest: Duration.DurationInput, failed: string) =>
  <E, R>(chore: Effect.Effect<unknown, E, R>): Effect.Effect<never, never, R> =>
    Effect.forever(Effect.zipRight(Effect.catchAllCause(chore, logFault(failed)), Effect.sleep(rest)))

export interface Pace {
  /** A round takes at most one part in this many of the time. */
  readonly oneIn: number
  /** Rounds without a break for longer than this (ms) are late, and do not pause until they have caught up. */
  readonly lateMs: number
}

/**
 * Pauses after each round that reports more work, in proportion to its duration. Does not pause after the last round,
 * nor after a failure.
 */
export const throttle =
  ({ lateMs, oneIn }: Pace) =>
  <E, R>(round: Effect.Effect<boolean, E, R>): Effect.Effect<boolean, E, R> => {
    let sinceMs: number | undefined
    return Effect.gen(function* () {
      const beganMs = yield* monotonicMs
      sinceMs ??= beganMs
      const more = yield* round
      const endedMs = yield* monotonicMs
      if (!more) sinceMs = undefined
      else if (endedMs - sinceMs < lateMs) yield* Effect.sleep((oneIn - 1) * (endedMs - beganMs))
      return more
    }).pipe(
      Effect.onError(() =>
        Effect.sync(() => {
          sinceMs = undefined
        })
      )
    )
  }
