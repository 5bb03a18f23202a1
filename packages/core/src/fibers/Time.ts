/** Clocks and deadlines of a process. */
import { Clock, type Duration, Effect, type Fiber, FiberId, Runtime, type Scope } from "effect"
import { CallbackTimer, Timers } from "../kernel/Timers.ts"

/** Milliseconds of a clock that never steps back, for the memory of one process. The wall clock may be set back. */
export const monotonicMs = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))

/** Seconds of the same clock with all its digits, to measure how long something takes. */
export const monotonicSeconds = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e9)

/**
 * Returns a function that converts a time of the monotonic clock (ms) to the wall clock (ms), by their present
 * difference. The two drift apart when the machine sleeps or its clock is set.
 */
export const makeWallClock = Effect.map(
  Effect.clock,
  (clock) =>
    (atMs: number): number =>
      Math.floor(atMs) + clock.unsafeCurrentTimeMillis() - Number(clock.unsafeCurrentTimeNanos() / 1_000_000n)
)

/** Fails with `late()` when `self` has not ended in time (ms). */
export type WithTimeout = <E2>(
  ms: number,
  late: () => E2
) => <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | E2, R>

/**
 * Deadlines for frequent calls. One fiber sleeps for all of them, since most calls end long before they are due and a
 * fiber for each would cost more than the call. Two differences from `Effect.timeoutFail`: fiber-local values of `self`
 * are not handed on, and a late `self` is interrupted without waiting for its end; it ends with its caller at the
 * latest. After the scope has closed a call has no deadline.
 */
export const makeWithTimeout: Effect.Effect<WithTimeout, never, Scope.Scope> = Effect.gen(function* () {
  const timers: Timers = new Timers(yield* Effect.clock, Runtime.runFork(yield* Effect.runtime<never>()), () => {
    timers.beginTurn()
    timers.endTurn()
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => timers.close()))
  const wait = <A, E, E2>(called: Fiber.RuntimeFiber<A, E>, ms: number, late: () => E2): Effect.Effect<A, E | E2> =>
    Effect.async((resume) => {
      const deadline = new CallbackTimer(timers, () => {
        called.unsafeInterruptAsFork(FiberId.none)
        resume(Effect.failSync(late))
      })
      timers.add(deadline, ms)
      called.addObserver((exit) => {
        deadline.cancel()
        resume(exit)
      })
    })
  return (ms, late) => (self) => Effect.flatMap(Effect.fork(self), (called) => wait(called, ms, late))
})

/**
 * Fails when a release has not ended in time. A finalizer is uninterruptible, and `Effect.timeout` waits for the end of
 * what it interrupts. So the release becomes interruptible, in the fiber of the deadline; it also begins where an
 * interruption ends the scope.
 */
export const releaseWithin =
  (time: Duration.DurationInput) =>
  <A, E, R>(release: Effect.Effect<A, E, R>) =>
    Effect.timeout(Effect.interruptible(release), time)
