/**
 * The server's log on stderr: one line per entry as text, or one JSON object per line. No message can begin a line of
 * its own or control a terminal.
 */
import { describeError } from "@hibiki/core/fibers/logging"
import { inertLine, inertLines } from "@hibiki/node/inertText"
import { Cause, Chunk, HashMap, Layer, Logger, LogLevel } from "effect"
import type { ProcessIdentity } from "../../operate/ProcessIdentity.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { jsonLine } from "./jsonLine.ts"

const levels = { debug: LogLevel.Debug, info: LogLevel.Info, warning: LogLevel.Warning, error: LogLevel.Error } as const

export const serverLogger = (
  { logFormat, logLevel }: Pick<SettingsValues["server"], "logFormat" | "logLevel">,
  identity: ProcessIdentity["Type"]
): Layer.Layer<never> =>
  Layer.provideMerge(
    Logger.minimumLogLevel(levels[logLevel]),
    Logger.replace(Logger.defaultLogger, logFormat === "json" ? jsonLines(identity) : textLines)
  )

const textOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message]).map((part) => describeError(part)).join(" ")

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
  const head = `${date.toISOString()} ${logLevel.label} ${inertLine(textOf(message))}${notes}`
  const rest = Cause.isEmpty(cause) ? [] : inertLines(causeText(cause)).map((line) => `    ${line}`)
  process.stderr.write(`${[head, ...rest].join("\n")}\n`)
})

const jsonLines = (identity: ProcessIdentity["Type"]) =>
  Logger.make(({ annotations, cause, date, logLevel, message }) => {
    const fields = {
      ...Object.fromEntries(HashMap.entries(annotations)),
      ...(Cause.isEmpty(cause) ? {} : { cause: causeText(cause) })
    }
    process.stderr.write(
      jsonLine(identity, {
        at: date.getTime(),
        level: logLevel.label.toLowerCase(),
        message: textOf(message),
        fields
      })
    )
  })
