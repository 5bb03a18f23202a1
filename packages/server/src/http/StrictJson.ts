/** Parses a request body more strictly than `JSON.parse`: every text that passes can be stored and returned exactly. */
import { Limits } from "@hibiki/core/domain/Limits"
import { keysWithin } from "@hibiki/core/protocol/Json"
import { Either } from "effect"
import { type BadInput, badInput } from "./Answer.ts"

/** Most keys of one object. */
const keysMax = 64

/** Returns the value of a JSON body, or the error and its place. `field` is the name of the whole in the answer. */
export const parseStrictly = (text: string, field: string): Either.Either<unknown, BadInput> => {
  // Before parsing: JSON.parse accepts any depth, and its result then overflows the stack of any code that walks it.
  const keys = keysWithin(text, Limits.depthMax)
  if (keys === undefined) return Either.left(badInput("too_deep", field))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return Either.left(badInput("not_json", field))
  }
  const found = { pairs: 0 }
  const problem = check(value, field, found)
  if (problem !== undefined) return Either.left(problem)
  // A repeated key leaves one colon more than the value has keys; parsers disagree on which of the two counts.
  return found.pairs === keys ? Either.right(value) : Either.left(badInput("repeated_key", field))
}

/** Returns `parent.key` if the key may be repeated to the sender without quoting, else only the parent. */
export const fieldOf = (parent: string, key: PropertyKey): string =>
  /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(String(key)) || typeof key === "number" ? `${parent}.${String(key)}` : parent

const check = (value: unknown, field: string, found: { pairs: number }): BadInput | undefined => {
  if (typeof value === "string") return textProblem(value, field)
  if (typeof value === "number") return Number.isFinite(value) ? undefined : badInput("bad_number", field)
  if (typeof value !== "object" || value === null) return undefined
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = check(value[i], fieldOf(field, i), found)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  const entries = Object.entries(value)
  if (entries.length > keysMax) return badInput("too_many", field)
  found.pairs += entries.length
  for (const [key, member] of entries) {
    const problem = textProblem(key, field) ?? check(member, fieldOf(field, key), found)
    if (problem !== undefined) return problem
  }
  return undefined
}

const textProblem = (text: string, field: string): BadInput | undefined => {
  if (text.includes("\u0000")) return badInput("nul", field)
  return text.isWellFormed() ? undefined : badInput("surrogate", field)
}
