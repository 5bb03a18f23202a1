/** Chores that are done again and again for as long as a scope lives. */
import { type Duration, Effect } from "effect"

/** Runs `chore`, rests for so long, and runs it again, for ever. As `Effect.repeat(Schedule.spaced(rest))`, without what a schedule costs at each step. */
export const every =
  (rest: Duration.DurationInput) =>
  <E, R>(chore: Effect.Effect<unknown, E, R>): Effect.Effect<never, E, R> =>
    Effect.forever(Effect.zipRight(chore, Effect.sleep(rest)))
