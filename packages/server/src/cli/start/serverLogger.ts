/**
 * The server's log on stderr: one line per entry as text, or one JSON object per line. No message can begin a line of
 * its own or control a terminal.
 */
import { describeError } from "@hibiki/core/fibers/logging"
import { inertJson, inertLine, inertLines } from "@hibiki/node/inertText"
import { Cause, Chunk, HashMap, Logger, LogLevel } from "effect"
import type { SettingsValues } from "../config/Settings.ts"

const levels = { debug: LogLevel.Debug, info: LogLevel.Info, warning: LogLevel.Warning, error: LogLevel.Error } as const

export const serverLogger = ({ logFormat, logLevel }: Pick<SettingsValues["server"], "logFormat" | "logLevel">) => ({
  logger: Logger.replace(Logger.defaultLogger, logFormat === "json" ? jsonLines : textLines),
  minimum: Logger.minimumLogLevel(levels[logLevel])
})

const partsOf = (message: unknown): ReadonlyArray<unknown> => (Array.isArray(message) ? message : [message])

/** A bug is logged with its place in the program. For an expected failure the message is enough. */
const causeText = (cause: Cause.Cause<unknown>): string => {
  const failures = [...Cause.failures(cause)]
  return failures.length > 0 && Chunk.isEmpty(Cause.defects(cause))
    ? failures.map((failure) => describeError(failure)).join("\n")
    : Cause.pretty(cause, { renderErrorCause: true })
}

const textLines = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  const notes = [...HashMap.entries(annotations)]
    .map(([key, value]) => ` ${key}=${inertLine(describeError(value))}`)
    .join("")
  const head = `${date.toISOString()} ${logLevel.label} ${inertLine(
    partsOf(message)
      .map((part) => describeError(part))
      .join(" ")
  )}${notes}`
  const rest = Cause.isEmpty(cause) ? [] : inertLines(causeText(cause)).map((line) => `    ${line}`)
  process.stderr.write(`${[head, ...rest].join("\n")}\n`)
})

const jsonLines = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  process.stderr.write(
    `${inertJson(
      JSON.stringify({
        at: date.getTime(),
        level: logLevel.label.toLowerCase(),
        message: partsOf(message)
          .map((part) => describeError(part))
          .join(" "),
        ...Object.fromEntries(HashMap.entries(annotations)),
        ...(Cause.isEmpty(cause) ? {} : { cause: causeText(cause) })
      })
    )}\n`
  )
})
