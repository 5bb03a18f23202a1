/** The server's log on stderr: one line an entry as text, or one JSON object a line. Nothing in a message can begin a line of its own. */
import { Cause, Chunk, HashMap, Inspectable, Logger, LogLevel } from "effect"
import { inertLine, inertLines } from "../chat/terminal/inertText.ts"
import type { SettingsValues } from "../config/Settings.ts"

const levels = { debug: LogLevel.Debug, info: LogLevel.Info, warning: LogLevel.Warning, error: LogLevel.Error } as const

export const serverLogger = ({ logFormat, logLevel }: SettingsValues["server"]) => ({
  logger: Logger.replace(Logger.defaultLogger, logFormat === "json" ? jsonLines : textLines),
  minimum: Logger.minimumLogLevel(levels[logLevel])
})

const partsOf = (message: unknown): ReadonlyArray<unknown> => (Array.isArray(message) ? message : [message])

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value instanceof Error ? `${value.name}: ${value.message}` : Inspectable.toStringUnknown(value, 0)

/** An error and what caused it, in words. */
const wordsOf = (error: unknown, depth = 0): string => {
  if (typeof error !== "object" || error === null) return textOf(error)
  const name = "_tag" in error ? String(error._tag) : error instanceof Error ? error.name : ""
  const words = error instanceof Error ? [name, error.message].filter((part) => part !== "").join(": ") : textOf(error)
  return "cause" in error && error.cause !== undefined && depth < causesMax ? `${words}: ${wordsOf(error.cause, depth + 1)}` : words
}

const causesMax = 3

/** Where in the program it was is told of a bug. What is expected to fail at times says what happened. */
const causeText = (cause: Cause.Cause<unknown>): string => {
  const failures = [...Cause.failures(cause)]
  return failures.length > 0 && Chunk.isEmpty(Cause.defects(cause))
    ? failures.map((failure) => wordsOf(failure)).join("\n")
    : Cause.pretty(cause, { renderErrorCause: true })
}

const textLines = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  const notes = [...HashMap.entries(annotations)].map(([key, value]) => ` ${key}=${inertLine(textOf(value))}`).join("")
  const head = `${date.toISOString()} ${logLevel.label} ${inertLine(partsOf(message).map(textOf).join(" "))}${notes}`
  const rest = Cause.isEmpty(cause) ? [] : inertLines(causeText(cause)).map((line) => `    ${line}`)
  process.stderr.write(`${[head, ...rest].join("\n")}\n`)
})

const jsonLines = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  process.stderr.write(
    `${JSON.stringify({
      at: date.getTime(),
      level: logLevel.label.toLowerCase(),
      message: partsOf(message).map(textOf).join(" "),
      ...Object.fromEntries(HashMap.entries(annotations)),
      ...(Cause.isEmpty(cause) ? {} : { cause: causeText(cause) })
    })}\n`
  )
})
