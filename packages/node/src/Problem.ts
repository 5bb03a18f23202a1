/** A problem that stops a command and that a person can solve: one sentence for stderr, and the exit code. */
import { Data } from "effect"

/** Exit codes after BSD's sysexits, which service managers know. */
export const ExitCode = { failure: 1, usage: 64, unavailable: 69, config: 78 } as const

export class Problem extends Data.TaggedError("Problem")<{
  readonly sentence: string
  readonly exitCode: number
  /** The problem may pass, such as a service that is not up yet: a starting process waits for that. */
  readonly mayPass?: boolean
}> {}

/** Settings, folder or address are wrong, so a restart changes nothing. */
export const misconfigured = (sentence: string): Problem =>
  new Problem({ sentence: oneLine(sentence), exitCode: ExitCode.config })

/** Nothing answers at an address: it is wrong, or the service is not up yet. */
export const unanswered = (sentence: string): Problem =>
  new Problem({ sentence: oneLine(sentence), exitCode: ExitCode.config, mayPass: true })

export const failed = (sentence: string): Problem =>
  new Problem({ sentence: oneLine(sentence), exitCode: ExitCode.failure })

// With the program's name before it, a line of at most 200.
const sentenceMax = 190

/** Returns one line, at most 190 characters, without control characters from names and values. */
export const oneLine = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim()
  const points = [...line]
  return points.length <= sentenceMax ? line : `${points.slice(0, sentenceMax - 1).join("")}…`
}

/** Returns a value for use within a sentence: short, so that the sentence's end is never cut away. */
export const shown = (value: string, max = 60): string => {
  const points = [...value]
  return points.length <= max ? value : `…${points.slice(points.length - max + 1).join("")}`
}
