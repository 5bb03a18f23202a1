/** Explains a wrong command line, in one sentence that names the command. */
import { CommandDescriptor, HelpDoc, ValidationError } from "@effect/cli"
import { ExitCode, oneLine, Problem, shown } from "@hibiki/node/Problem"
import { HashMap } from "effect"

export interface Usage {
  /** The intended command, as far as its words are known: `hibiki user`. */
  readonly command: string
  /** The next word, if one of the command's own commands should stand there and none has that name. */
  readonly unknown: string | undefined
  /** Its commands. */
  readonly known: ReadonlyArray<string>
}

interface Described {
  readonly descriptor: CommandDescriptor.Command<unknown>
}

/** `words`: the words after the program's name. */
export const usageOf = (commands: ReadonlyArray<Described>, [first, second]: ReadonlyArray<string>): Usage => {
  const names = commands.map(nameOf)
  const found = commands.find((command) => nameOf(command) === first)
  if (first === undefined || found === undefined) return place("hibiki", names, first)
  return place(`hibiki ${first}`, childrenOf(found), second)
}

const place = (command: string, known: ReadonlyArray<string>, word: string | undefined): Usage => {
  const isUnknown = word !== undefined && !word.startsWith("-") && known.length > 0 && !known.includes(word)
  return {
    command: word !== undefined && known.includes(word) ? `${command} ${word}` : command,
    unknown: isUnknown ? word : undefined,
    known
  }
}

const nameOf = ({ descriptor }: Described): string => [...CommandDescriptor.getNames(descriptor)].join()

/** The library's help names a command by its own word alone, as `$ promote <handle>`: nobody could type that. */
export const wholeUsage = ({ command }: Usage, help: string): string => {
  const name = command.split(" ").at(-1) ?? command
  return help.replace(`$ ${name}`, () => `$ ${command}`)
}

/** The library lists a command without subcommands as its own only one. */
const childrenOf = (command: Described): ReadonlyArray<string> =>
  [...HashMap.keys(CommandDescriptor.getSubcommands(command.descriptor))]
    .filter((name) => name !== nameOf(command))
    .sort()

export const unknownCommand = ({ command, known, unknown }: Usage): Problem | undefined =>
  unknown === undefined
    ? undefined
    : misused(`\`${shown(unknown, 20)}\` is no command of \`${command}\`: ${known.join(", ")}.`)

/** A sentence of ours ends with a full stop, and says all. */
export const usageProblem = ({ command, known }: Usage, failure: ValidationError.ValidationError): Problem => {
  if (ValidationError.isCommandMismatch(failure) && known.length > 0)
    return misused(`This names no command of \`${command}\`: ${known.join(", ")}.`)
  const text = HelpDoc.toAnsiText(failure.error).replace(colours, "").trim()
  return misused(text.endsWith(".") ? text : `${shown(text, 120)}. See \`${command} --help\`.`)
}

const colours = /\u001b\[[0-9;]*m/g

const misused = (sentence: string): Problem => new Problem({ sentence: oneLine(sentence), exitCode: ExitCode.usage })
