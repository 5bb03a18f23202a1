/**
 * The options of the repository's own commands: `--help` says them, and one that is not known is answered by a sentence
 * instead of a stack trace.
 */
import { type ParseArgsConfig, parseArgs } from "node:util"

type Options = NonNullable<ParseArgsConfig["options"]>
type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ readonly options: O; readonly allowPositionals: true }>>

/** As commands of the server end that were called in a wrong way. */
const wrongUse = 64

/**
 * Ends the process with the usage where that was asked for, or where what was given is not understood. `takesWords`:
 * also without dashes.
 */
export const commandLine = <const O extends Options>(usage: string, options: O, takesWords = false): Parsed<O> => {
  if (process.argv.slice(2).includes("--help")) {
    console.log(usage)
    process.exit(0)
  }
  try {
    const parsed = parseArgs({ options, allowPositionals: true })
    const [word] = parsed.positionals
    return word === undefined || takesWords ? parsed : refuse(usage, `"${word}" is not understood.`)
  } catch (error) {
    // What follows the first sentence is of words that begin with a dash.
    return refuse(usage, `${(error instanceof Error ? error.message : String(error)).split(". ")[0]}.`)
  }
}

/** A whole number of at least `least`, or the end. */
export const countOf = (usage: string, name: string, text: string, least = 1): number => {
  const count = text.trim() === "" ? Number.NaN : Number(text)
  return Number.isSafeInteger(count) && count >= least
    ? count
    : refuse(usage, `--${name} takes a whole number from ${least} on, and not "${text}".`)
}

/** Of `known` those that are named, in the order in which they are known; all where nothing is said. */
export const namedOf = <N extends string>(
  usage: string,
  what: string,
  text: string | undefined,
  known: ReadonlyArray<N>
): ReadonlyArray<N> => {
  const names = text?.split(",") ?? known
  const unknown = names.find((name) => !known.some((one) => one === name))
  return unknown === undefined
    ? known.filter((name) => names.includes(name))
    : refuse(usage, `There is no ${what} "${unknown}".`)
}

/** Says what is wrong, and how it is called, and ends the process. */
export const refuse: (usage: string, what: string) => never = (usage, what) => {
  console.error(`${what}\n\n${usage}`)
  process.exit(wrongUse)
}
