/** The log's report of a defect: where it happened, without any text that a person may have typed. */
import { Cause } from "effect"

/** Their messages describe the code. Those of other errors (parsers, schemas, databases) quote their input. */
const ownMessages = new Set(["TypeError", "RangeError", "ReferenceError"])
const framesMax = 12

/** One line per defect and its stack; "interrupted" when there was none. */
export const defectReport = (cause: Cause.Cause<unknown>): string => {
  const reports: Array<string> = []
  for (const defect of Cause.defects(cause)) reports.push(report(defect))
  for (const error of Cause.failures(cause)) reports.push(report(error))
  return reports.length === 0 ? "interrupted" : reports.join("\n")
}

const report = (defect: unknown): string => {
  if (!(defect instanceof Error)) return `a thrown ${typeof defect}`
  const name = /^[A-Za-z0-9_]{1,60}$/.test(defect.name) ? defect.name : "Error"
  const message = ownMessages.has(name) ? `: ${defect.message.slice(0, 200)}` : ""
  const frames = (defect.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, framesMax)
  return [`${name}${message}`, ...frames].join("\n")
}
