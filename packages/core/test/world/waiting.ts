/** How tests let the world go on: by rounds of the event loop and by steps of the test's clock, never by real time. */
import { Effect, TestClock } from "effect"

/** One round of the event loop: what was told meanwhile is handled, and what that started has begun. */
export const round = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)))

/**
 * Rounds enough for what is under way to end when nothing holds it. Only for what must not happen: else wait by
 * `until`.
 */
export const rest = Effect.repeatN(round, 20)

const roundsMax = 2_000

/** Rounds until it holds. Dies when it never does. */
export const until = (what: string, holds: () => boolean): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let i = 0; i < roundsMax; i++) {
      if (holds()) return
      yield* round
    }
    return yield* Effect.dieMessage(`It did not come to this: ${what}`)
  })

/** Lets time pass in steps, with rounds between them, so that what a timer starts is done before the next one. */
export const pass = (ms: number, stepMs = 500) =>
  Effect.gen(function* () {
    for (let left = ms; left > 0; left -= stepMs) {
      yield* TestClock.adjust(Math.min(left, stepMs))
      yield* Effect.repeatN(round, 3)
    }
  })

/** Time enough for a socket that missed hundreds of events to be caught up, step by step. */
export const whileCaughtUp = pass(2_000, 10)
