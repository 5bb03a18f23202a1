/**
 * Something that is away for a while, as the log tells it: when it begins, when it fails in another way, and when it is
 * over, however often it is met meanwhile.
 */
import { Effect } from "effect"
import { errorWords } from "./errorWords.ts"

export interface Outage {
  /** It was met, and why. */
  readonly met: (cause: unknown) => Effect.Effect<void>
  /** What was away answered, be it that it was never away. */
  readonly over: Effect.Effect<void>
}

/** Ways to fail that are told of one outage: messages may differ in what says nothing. */
const waysMax = 8

export const makeOutage = (began: string, ended: string): Outage => {
  const told = new Set<string>()
  return {
    met: (cause) =>
      Effect.suspend(() => {
        const way = errorWords(cause)
        if (told.has(way) || told.size >= waysMax) return Effect.void
        told.add(way)
        return Effect.logWarning(began, cause)
      }),
    over: Effect.suspend(() => {
      if (told.size === 0) return Effect.void
      told.clear()
      return Effect.logInfo(ended)
    })
  }
}
