/** Work that nobody else would do. */
import { Cause, Effect } from "effect"
import { retryBackoff } from "./retryBackoff.ts"
import { retrying } from "./retrying.ts"
import { tellFault } from "./tellFault.ts"

/**
 * Until it is done, whatever fails meanwhile, a defect included; each failure is told with this sentence. What is left
 * is an interruption.
 */
export const untilDone =
  (failed: string) =>
  <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A> =>
    effect.pipe(
      Effect.sandbox,
      Effect.tapError((cause) => (Cause.isInterrupted(cause) ? Effect.void : tellFault(failed)(cause))),
      (work) => retrying(work, { schedule: retryBackoff, while: (cause) => !Cause.isInterrupted(cause) }),
      Effect.unsandbox,
      Effect.orDie
    )
