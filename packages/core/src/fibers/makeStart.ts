/** Effects that plain code starts, for as long as a scope lives. */
import { Effect, type Exit, Fiber, FiberId, Runtime, type Scope } from "effect"
import { tellFault } from "./tellFault.ts"

export type Start = (effect: Effect.Effect<unknown>) => void

/**
 * Starts an Effect at once, on the caller's stack as far as it goes; what still runs when the scope closes is
 * interrupted, and what is started later ends where it first waits. A defect is told. As `Runtime.runFork` with a
 * scope, which opens and closes a scope of its own for each: some 40 operations.
 */
export const makeStart: Effect.Effect<Start, never, Scope.Scope> = Effect.gen(function* () {
  const runFork = Runtime.runFork(yield* Effect.runtime<never>())
  const running = new Set<Fiber.RuntimeFiber<unknown>>()
  let isOpen = true
  yield* Effect.addFinalizer(() => {
    isOpen = false
    return Fiber.interruptAll([...running])
  })
  const told = (exit: Exit.Exit<unknown>): void => {
    if (exit._tag === "Failure") runFork(tell(exit.cause))
  }
  return (effect) => {
    const fiber = runFork(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) return told(exit)
    running.add(fiber)
    fiber.addObserver((ended) => {
      running.delete(fiber)
      told(ended)
    })
    if (!isOpen) fiber.unsafeInterruptAsFork(FiberId.none)
  }
})

const tell = tellFault("What ran in the background ended by a fault")
