/** What a test's fibers tell the log, as level and words, without the reasons. */
import { Effect, flow, Logger, LogLevel } from "effect"

export const makeLogLines = () => {
  const lines: Array<string> = []
  const keeper = Logger.make<unknown, void>(({ logLevel, message }) => {
    lines.push(`${logLevel.label} ${String(Array.isArray(message) ? message[0] : message)}`)
  })
  return {
    lines,
    keep: flow(Effect.provide(Logger.replace(Logger.defaultLogger, keeper)), Logger.withMinimumLogLevel(LogLevel.Info))
  }
}
