/**
 * An error and what caused it, as one line of a log tells it: kinds and messages, and none of the texts that a person
 * may have typed.
 */
import { Inspectable } from "effect"

const causesMax = 3

export const errorWords = (error: unknown, depth = 0): string => {
  if (typeof error === "string") return error
  if (!(error instanceof Error)) return Inspectable.toStringUnknown(error, 0)
  const head = [nameOf(error), kindOf(error)].filter((part) => part !== undefined).join(" ")
  const words = error.message === "" || isQuoting(error) ? head : `${head}: ${error.message}`
  return error.cause !== undefined && depth < causesMax ? `${words}: ${errorWords(error.cause, depth + 1)}` : words
}

const nameOf = (error: Error): string => ("_tag" in error ? String(error._tag) : error.name)

/** What a program would tell it by: a SQLSTATE, a code of the system, a reason of our own. */
const kindOf = (error: Error): string | undefined => {
  const kinds = ["code" in error ? error.code : undefined, "reason" in error ? error.reason : undefined]
  return kinds.find((kind): kind is string => typeof kind === "string" && /^\w{1,40}$/.test(kind))
}

/**
 * Their messages quote what was to be read. Those of a database do so where the data is at fault: SQLSTATEs of class
 * 22.
 */
const isQuoting = (error: Error): boolean =>
  ["SyntaxError", "ParseError"].includes(nameOf(error)) || /^22[0-9A-Z]{3}$/.test(kindOf(error) ?? "")
