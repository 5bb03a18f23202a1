/** Work beside its caller: started by plain code, run while there is work, or finished even if a caller leaves. */
import { Effect, type Exit, Fiber, FiberId, FiberSet, Runtime, type Scope } from "effect"
import { logFault } from "./logging.ts"

export type Start = (effect: Effect.Effect<unknown>) => void

const logEnd = logFault("What ran in the background ended by a fault")

/**
 * Returns a function that starts an effect at once, on the caller's stack until it first suspends. Closing the scope
 * interrupts running effects; an effect that starts later ends at its first wait. A defect is logged. Does the same as
 * `Runtime.runFork` with a scope, which opens and closes a scope for each effect: some 40 operations.
 */
export const makeStart: Effect.Effect<Start, never, Scope.Scope> = Effect.gen(function* () {
  const runFork = Runtime.runFork(yield* Effect.runtime<never>())
  const running = new Set<Fiber.RuntimeFiber<unknown>>()
  let isOpen = true
  yield* Effect.addFinalizer(() => {
    isOpen = false
    return Fiber.interruptAll([...running])
  })
  const ended = (exit: Exit.Exit<unknown>): void => {
    if (exit._tag === "Failure") runFork(logEnd(exit.cause))
  }
  return (effect) => {
    const fiber = runFork(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) return ended(exit)
    running.add(fiber)
    fiber.addObserver((last) => {
      running.delete(fiber)
      ended(last)
    })
    if (!isOpen) fiber.unsafeInterruptAsFork(FiberId.none)
  }
})

/** Pause after a defect, so that a body that fails at once neither occupies the process nor fills the log. */
const pause = "1 second"

/**
 * Runs `body` again and again while `hasWork`, then calls `rest`. The last check and `rest` are one step, so no work
 * can arrive between them and stay unnoticed. `body` never fails. A defect is logged with the sentence `failed`, and
 * the remaining work continues after a pause. The end of its scope stops it without `rest`: nobody starts it again.
 */
export const whileWork = (options: {
  readonly hasWork: () => boolean
  readonly body: () => Effect.Effect<unknown>
  readonly rest: () => void
  readonly failed: string
}): Effect.Effect<void> => {
  const run = Effect.whileLoop({
    while: () => {
      if (options.hasWork()) return true
      options.rest()
      return false
    },
    body: options.body,
    step: () => undefined
  })
  // Around the whole loop, so that a step costs nothing for it.
  const loop: Effect.Effect<void> = Effect.catchAllCause(run, (cause) =>
    Effect.zipRight(logFault(options.failed)(cause), Effect.delay(loop, pause))
  )
  return loop
}

/**
 * The effect, at most once at a time. Requests during a run share the next run. `failed` is the sentence that logs a
 * defect.
 */
export const singleFlight = (effect: Effect.Effect<void>, failed: string): Effect.Effect<void> => {
  let running = false
  let again = false
  const rest = () => {
    running = false
  }
  const rounds = whileWork({
    hasWork: () => again,
    body: () => {
      again = false
      return effect
    },
    rest,
    failed
  })
  return Effect.suspend(() => {
    again = true
    if (running) return Effect.void
    running = true
    return Effect.onInterrupt(rounds, () => Effect.sync(rest))
  })
}

/** Runs work and gives its result. The work continues when its caller is interrupted, and ends with the scope. */
type CarryOut = <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * For a statement whose commit must be announced: a caller that is interrupted during the statement can't know whether
 * it committed. An uninterruptible region would also switch off the deadlines inside it. Each step of the work has a
 * deadline of its own.
 */
export const makeCarryOut: Effect.Effect<CarryOut, never, Scope.Scope> = Effect.map(
  FiberSet.make<unknown, unknown>(),
  (fibers) => (work) => Effect.flatMap(FiberSet.run(fibers, work), Fiber.join)
)
