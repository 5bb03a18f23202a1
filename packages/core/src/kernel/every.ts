/** Chores that are done again and again for as long as a scope lives. */
import { type Duration, Effect } from "effect"

/**
 * Runs `chore`, rests for so long, and runs it again, for ever. As `Effect.repeat(Schedule.spaced(rest))`, without what a schedule costs at each step, and as
 * `Effect.forever`, without its giving way at each step: the rest does that.
 */
export const every =
  (rest: Duration.DurationInput) =>
  <E, R>(chore: Effect.Effect<unknown, E, R>): Effect.Effect<never, E, R> => {
    const step = Effect.zipRight(chore, Effect.sleep(rest))
    const loop: Effect.Effect<never, E, R> = Effect.flatMap(step, () => loop)
    return loop
  }
