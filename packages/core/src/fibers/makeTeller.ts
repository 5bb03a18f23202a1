/**
 * What fails now and then while it also succeeds, as the log tells it: each way to fail at most once a minute, with how
 * often it was met since.
 */
import { Effect } from "effect"
import { errorWords } from "./errorWords.ts"
import { monotonicMs } from "./monotonicMs.ts"

/** Between two lines about one way to fail (ms). */
const againAfterMs = 60_000
/** Ways that are told apart; of more than these nothing is told while all of them are fresh. */
const waysMax = 8

/** A teller of one sentence: it is given why, each time. */
export const makeTeller = (sentence: string): ((cause: unknown) => Effect.Effect<void>) => {
  /** When each way was told of last, and how often it was met since. */
  const ways = new Map<string, { toldMs: number; since: number }>()
  return (cause) =>
    Effect.flatMap(monotonicMs, (nowMs) => {
      const way = errorWords(cause)
      const known = ways.get(way)
      if (known !== undefined && nowMs - known.toldMs < againAfterMs) {
        known.since++
        return Effect.void
      }
      for (const [old, { toldMs }] of ways) if (old !== way && nowMs - toldMs >= againAfterMs) ways.delete(old)
      if (known === undefined && ways.size >= waysMax) return Effect.void
      ways.set(way, { toldMs: nowMs, since: 0 })
      const told = Effect.logWarning(sentence, cause)
      return known === undefined || known.since === 0 ? told : Effect.annotateLogs(told, { since: known.since })
    })
}
