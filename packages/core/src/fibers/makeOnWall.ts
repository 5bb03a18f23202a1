/** Times that a process took by its own clock, as others are told of them. */
import { Effect } from "effect"

/**
 * Gives a function: what the wall clock showed, or shows, at a time of the actors' clock (ms), by how the two stand to
 * each other now. They part whenever the machine sleeps or its clock is set.
 */
export const makeOnWall = Effect.map(
  Effect.clock,
  (clock) =>
    (atMs: number): number =>
      Math.floor(atMs) + clock.unsafeCurrentTimeMillis() - Number(clock.unsafeCurrentTimeNanos() / 1_000_000n)
)
