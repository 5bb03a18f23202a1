/** Time for what a process remembers by itself. */
import { Clock, Effect } from "effect"

/**
 * Milliseconds that only go on. Not the wall clock, which may be set back: what is to come in a second would be to come
 * in an hour.
 */
export const monotonicMs = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))
