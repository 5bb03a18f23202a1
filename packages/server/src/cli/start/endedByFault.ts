/**
 * Stops a server that meets a fault of its own in order, within a timeout. The log reports the fault like any other.
 */

import { failed, type Problem } from "@hibiki/node/Problem"
import { Cause, Deferred, Effect, Exit, Fiber, Runtime } from "effect"
import { defectReport } from "../../http/DefectReport.ts"
import { takeUncaught } from "../uncaught.ts"
import { exitWithin } from "./edges.ts"

/** The time (ms) for the parts that still work: nobody knows which do. */
const stopWithinMs = 5_000

const ended = failed(
  "Hibiki met a fault of its own, so the server stopped: its log says where. Start it again, and report that."
)

const tell = (error: unknown): Effect.Effect<void> =>
  Effect.logError(`A fault that nothing catches: the server stops. ${defectReport(Cause.die(error))}`)

/**
 * Wraps all that a server is and releases. Errors thrown while it stops are logged too, and do not keep it from
 * stopping.
 */
export const endedByFault = <R>(server: Effect.Effect<void, Problem, R>): Effect.Effect<void, Problem, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const run = Runtime.runSync(yield* Effect.runtime<never>())
      const thrown = yield* Deferred.make<never, Problem>()
      const take = (error: unknown) => {
        exitWithin(stopWithinMs)
        run(tell(error))
        Deferred.unsafeDone(thrown, Exit.fail(ended))
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => takeUncaught(take)),
        () => Effect.sync(() => takeUncaught(undefined))
      )
      // An interrupted race would run the server's release after its own end, when nobody takes thrown errors.
      const running = yield* Effect.acquireRelease(Effect.fork(Effect.interruptible(server)), Fiber.interrupt)
      yield* Effect.raceFirst(Fiber.join(running), Deferred.await(thrown)).pipe(
        Effect.catchAllDefect((error) => Effect.zipRight(tell(error), ended))
      )
    })
  )
