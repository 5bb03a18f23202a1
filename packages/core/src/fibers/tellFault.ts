/** What goes wrong in the background, where no caller is told of it. */
import { Cause, Effect, Metric } from "effect"

const faults = Metric.counter("hibiki_background_faults_total", {
  description: "Faults of Hibiki in its background work, which went on after them",
  incremental: true
})

/**
 * Logs `sentence` and why. A defect is an error, and counted; a failure that its round did not handle is a warning.
 * What was interrupted did not fail.
 */
export const tellFault =
  (sentence: string) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
    if (Cause.isInterruptedOnly(cause)) return Effect.void
    if (!Cause.isDie(cause)) return Effect.logWarning(sentence, cause)
    return Effect.zipRight(Metric.increment(faults), Effect.logError(sentence, cause))
  }
