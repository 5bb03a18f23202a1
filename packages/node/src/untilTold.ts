/**
 * Programs that run until a signal stops them: for these the signal is a normal end, while it interrupts any other
 * command.
 */
import { Effect, FiberRef } from "effect"

/** Whether a fiber runs such a program now. */
export const runsUntilTold: FiberRef.FiberRef<boolean> = FiberRef.unsafeMake(false)

/** Not by `Effect.locally`: it would be unset when the fiber is inspected after its end. */
export const untilTold = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  FiberRef.set(runsUntilTold, true).pipe(Effect.zipRight(program), Effect.zipLeft(FiberRef.set(runsUntilTold, false)))
