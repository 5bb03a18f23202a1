/** Work that goes on when whoever asked for it goes away. */
import { Effect, Fiber, FiberSet, type Scope } from "effect"

/** Runs work and gives its result, as if it had been run in place; once begun it ends by itself, or with the scope. */
type CarryOut = <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * For what has to be told once it is committed: whoever is interrupted while the statement is under way can't know
 * whether it was. An uninterruptible region would not do, for in it no deadline ends what it is for. Each step of the
 * work has a deadline of its own.
 */
export const makeCarryOut: Effect.Effect<CarryOut, never, Scope.Scope> = Effect.map(
  FiberSet.make<unknown, unknown>(),
  (fibers) => (work) => Effect.flatMap(FiberSet.run(fibers, work), Fiber.join)
)
