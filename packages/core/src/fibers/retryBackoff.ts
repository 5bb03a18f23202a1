/** How what must be done in the end is tried again while something that it needs is away. */
import { Duration, Schedule } from "effect"

/**
 * Waits between tries: 50 ms doubling to 2 s, jittered by a fifth, for as long as it takes. In whole milliseconds, as
 * clocks are set to them.
 */
export const retryBackoff = Schedule.exponential("50 millis").pipe(
  Schedule.union(Schedule.spaced("2 seconds")),
  Schedule.jittered,
  Schedule.modifyDelay((_, delay) => Duration.millis(Math.round(Duration.toMillis(delay))))
)
