/** Rounds of a chore that leave something to others. */
import { Effect } from "effect"
import { monotonicMs } from "./monotonicMs.ts"

export interface Pace {
  /** Of the time in which one round follows the other, they take one part in so many. */
  readonly oneIn: number
  /** Rounds that follow each other for longer than this are late, and rest no more until they have caught up (ms). */
  readonly lateMs: number
}

/**
 * Rests after each round that says that there is more, in proportion to what it took; after the last one, and after one
 * that failed, it does not.
 */
export const paced =
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
