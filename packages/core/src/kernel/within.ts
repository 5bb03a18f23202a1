/** A deadline for what is asked often. */
import { type Duration, Effect, FiberId } from "effect"

/**
 * Fails with `late()` when `self` has not ended in time. As `Effect.timeoutFail` with fewer operations, for it hands on no fiber-local values; what is
 * late is told to end and not waited for. Both fibers behind it end with the one that waits, at the latest.
 */
export const within =
  <E2>(deadline: Duration.DurationInput, late: () => E2) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R> =>
    Effect.flatMap(Effect.fork(self), (asked) =>
      // Also where the one that waits can't be interrupted.
      Effect.flatMap(Effect.fork(Effect.interruptible(Effect.sleep(deadline))), (timer) =>
        Effect.async<A, E | E2>((resume) => {
          asked.addObserver((exit) => {
            timer.unsafeInterruptAsFork(FiberId.none)
            resume(exit)
          })
          timer.addObserver((exit) => {
            if (exit._tag === "Failure") return
            asked.unsafeInterruptAsFork(FiberId.none)
            resume(Effect.failSync(late))
          })
        })
      )
    )
