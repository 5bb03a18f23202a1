/** A deadline for what is asked often. */
import { Effect, type Fiber, FiberId, Runtime, type Scope } from "effect"
import { CallbackTimer, Timers } from "../kernel/Timers.ts"

/** Fails with `late()` when `self` has not ended in time (ms). */
export type Within = <E2>(
  ms: number,
  late: () => E2
) => <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | E2, R>

/**
 * Deadlines for as long as a scope lives, behind all of which one fiber sleeps: most are over long before they are due,
 * and a fiber for each costs more than what is asked. As `Effect.timeoutFail`, but no fiber-local values are handed on,
 * and what is late is told to end and not waited for; it ends with the one that waits, at the latest. What is asked
 * when the scope has closed has no deadline.
 */
export const makeWithin: Effect.Effect<Within, never, Scope.Scope> = Effect.gen(function* () {
  const timers: Timers = new Timers(yield* Effect.clock, Runtime.runFork(yield* Effect.runtime<never>()), () => {
    timers.beginTurn()
    timers.endTurn()
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => timers.close()))
  const wait = <A, E, E2>(asked: Fiber.RuntimeFiber<A, E>, ms: number, late: () => E2): Effect.Effect<A, E | E2> =>
    Effect.async((resume) => {
      const deadline = new CallbackTimer(timers, () => {
        asked.unsafeInterruptAsFork(FiberId.none)
        resume(Effect.failSync(late))
      })
      timers.add(deadline, ms)
      asked.addObserver((exit) => {
        deadline.cancel()
        resume(exit)
      })
    })
  return (ms, late) => (self) => Effect.flatMap(Effect.fork(self), (asked) => wait(asked, ms, late))
})
