/** What is logged, as tests read it. */
import { Effect, Logger } from "effect"

/** What the effect logged, level and words. */
export const linesOf = <A, E>(effect: Effect.Effect<A, E>) => {
  const lines: Array<string> = []
  const keeper = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
  return Effect.as(Effect.provide(effect, Logger.replace(Logger.defaultLogger, keeper)), lines)
}
