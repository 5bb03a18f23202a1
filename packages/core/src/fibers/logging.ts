/** Log lines about failures: faults, outages, and failures that repeat. */
import { Cause, Effect, Inspectable, Metric } from "effect"
import { counter } from "../metrics/declareMetric.ts"
import { monotonicMs } from "./Time.ts"

const causesMax = 3

/** Describes an error and its causes on one line: kinds and messages, without texts that a user may have typed. */
export const describeError = (error: unknown, depth = 0): string => {
  if (typeof error === "string") return error
  if (!(error instanceof Error)) return Inspectable.toStringUnknown(error, 0)
  const head = [nameOf(error), kindOf(error)].filter((part) => part !== undefined).join(" ")
  const text = error.message === "" || isQuoting(error) ? head : `${head}: ${error.message}`
  return error.cause !== undefined && depth < causesMax ? `${text}: ${describeError(error.cause, depth + 1)}` : text
}

const nameOf = (error: Error): string => ("_tag" in error ? String(error._tag) : error.name)

/** The kind for programs to read: a SQLSTATE, a code of the operating system, a reason of our own. */
const kindOf = (error: Error): string | undefined => {
  const kinds = ["code" in error ? error.code : undefined, "reason" in error ? error.reason : undefined]
  return kinds.find((kind): kind is string => typeof kind === "string" && /^\w{1,40}$/.test(kind))
}

/** Whether its message quotes its input. A database does so if the data is at fault: SQLSTATEs of class 22. */
const isQuoting = (error: Error): boolean =>
  ["SyntaxError", "ParseError"].includes(nameOf(error)) || /^22[0-9A-Z]{3}$/.test(kindOf(error) ?? "")

const faults = counter("hibiki_background_faults_total", {
  unit: "faults",
  description: "Faults of Hibiki in background tasks, which continued."
})

/**
 * Logs `sentence` and the cause, for background work that has no caller. A defect is an error, and counted; a failure
 * that its round did not handle is a warning; an interruption is neither.
 */
export const logFault =
  (sentence: string) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
    if (Cause.isInterruptedOnly(cause)) return Effect.void
    if (!Cause.isDie(cause)) return Effect.logWarning(sentence, cause)
    return Effect.zipRight(Metric.increment(faults), Effect.logError(sentence, cause))
  }

/** How many kinds of failure one log distinguishes. */
const kindsMax = 8

export interface OutageLog {
  /** Another attempt failed, and why. */
  readonly met: (cause: unknown) => Effect.Effect<void>
  /** An attempt succeeded, with or without an outage before it. */
  readonly over: Effect.Effect<void>
}

/** Logs the beginning of an outage, each further kind of failure, and its end, however often the failure repeats. */
export const makeOutageLog = (began: string, ended: string): OutageLog => {
  const logged = new Set<string>()
  return {
    met: (cause) =>
      Effect.suspend(() => {
        const kind = describeError(cause)
        if (logged.has(kind) || logged.size >= kindsMax) return Effect.void
        logged.add(kind)
        return Effect.logWarning(began, cause)
      }),
    over: Effect.suspend(() => {
      if (logged.size === 0) return Effect.void
      logged.clear()
      return Effect.logInfo(ended)
    })
  }
}

/** Between two lines about one kind of failure (ms). */
const againAfterMs = 60_000

/**
 * Logs a repeating failure with one sentence: each kind at most once a minute, with the number of its occurrences
 * since. While `kindsMax` kinds are recent, a further one is not logged.
 */
export const makeThrottledLog = (sentence: string): ((cause: unknown) => Effect.Effect<void>) => {
  const kinds = new Map<string, { loggedMs: number; since: number }>()
  return (cause) =>
    Effect.flatMap(monotonicMs, (nowMs) => {
      const kind = describeError(cause)
      const known = kinds.get(kind)
      if (known !== undefined && nowMs - known.loggedMs < againAfterMs) {
        known.since++
        return Effect.void
      }
      for (const [old, { loggedMs }] of kinds) if (old !== kind && nowMs - loggedMs >= againAfterMs) kinds.delete(old)
      if (known === undefined && kinds.size >= kindsMax) return Effect.void
      kinds.set(kind, { loggedMs: nowMs, since: 0 })
      const logged = Effect.logWarning(sentence, cause)
      return known === undefined || known.since === 0 ? logged : Effect.annotateLogs(logged, { since: known.since })
    })
}
