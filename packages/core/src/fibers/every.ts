/** Chores that are done again and again for as long as a scope lives. */
import { type Duration, Effect } from "effect"
import { tellFault } from "./tellFault.ts"

/**
 * Runs `chore`, rests for so long, and runs it again, for ever: one that fails or dies is told with the sentence
 * `failed`, and the next follows. As `Effect.repeat(Schedule.spaced(rest))`, without what a schedule costs at each
 * step, and as `Effect.forever`, without its giving way at each step:
 * the rest does that.
 */
export const every =
  (rest: Duration.DurationInput, failed: string) =>
  <E, R>(chore: Effect.Effect<unknown, E, R>): Effect.Effect<never, never, R> => {
    const step = Effect.zipRight(Effect.catchAllCause(chore, tellFault(failed)), Effect.sleep(rest))
    const loop: Effect.Effect<never, never, R> = Effect.flatMap(step, () => loop)
    return loop
  }
