/** Programs that run until a signal tells them to stop: it ends them well, where it breaks any other command off. */
import { Effect, FiberRef } from "effect"

/** Whether a fiber runs such a program now. */
export const runsUntilTold: FiberRef.FiberRef<boolean> = FiberRef.unsafeMake(false)

/** Not by `Effect.locally`: who looks at the fiber after its end would see it no more. */
export const untilTold = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  FiberRef.set(runsUntilTold, true).pipe(Effect.zipRight(program), Effect.zipLeft(FiberRef.set(runsUntilTold, false)))
