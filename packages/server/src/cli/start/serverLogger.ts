/** The server's log on stderr: one line an entry as text, or one JSON object a line. Nothing in a message can begin a line of its own. */
import { Cause, HashMap, Inspectable, Logger, LogLevel } from "effect"
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

const textLines = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  const notes = [...HashMap.entries(annotations)].map(([key, value]) => ` ${key}=${inertLine(textOf(value))}`).join("")
  const head = `${date.toISOString()} ${logLevel.label} ${inertLine(partsOf(message).map(textOf).join(" "))}${notes}`
  const rest = Cause.isEmpty(cause) ? [] : inertLines(Cause.pretty(cause, { renderErrorCause: true })).map((line) => `    ${line}`)
  process.stderr.write(`${[head, ...rest].join("\n")}\n`)
})

const jsonLines = Logger.make(({ annotations, cause, date, logLevel, message }) => {
  process.stderr.write(
    `${JSON.stringify({
      at: date.getTime(),
      level: logLevel.label.toLowerCase(),
      message: partsOf(message).map(textOf).join(" "),
      ...Object.fromEntries(HashMap.entries(annotations)),
      ...(Cause.isEmpty(cause) ? {} : { cause: Cause.pretty(cause, { renderErrorCause: true }) })
    })}\n`
  )
})
