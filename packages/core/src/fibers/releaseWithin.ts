/** A deadline for what ends with a scope. */
import { type Duration, Effect } from "effect"

/**
 * Fails when the release has not ended in time. A finalizer can't be interrupted, and `Effect.timeout` waits for the
 * end of what it interrupts: here the release itself can be, in the fiber that the deadline gives it, so that it is
 * begun also where the scope ends by an interruption.
 */
export const releaseWithin =
  (time: Duration.DurationInput) =>
  <A, E, R>(release: Effect.Effect<A, E, R>) =>
    Effect.timeout(Effect.interruptible(release), time)
