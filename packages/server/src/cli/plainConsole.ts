/** A console that prints colours only on a terminal: a pipe or a file gets plain text. */
import { Console, Effect } from "effect"

const strip = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "")

/**
 * For each argument the library prints its type, in words for programmers. The description of the argument follows
 * anyway.
 */
const typeSentences =
  /^(?:\u001b\[[0-9;]*m| )*(?:A user-defined piece of text|A true or false value|An integer|A floating point number)\.(?:\u001b\[[0-9;]*m)*\n\n?/gm

const write = (stream: NodeJS.WriteStream, values: ReadonlyArray<unknown>): Effect.Effect<void> =>
  Effect.sync(() => {
    // The library's documents end with a line end of their own.
    const line = values.map(String).join(" ").replace(typeSentences, "").replace(/\n+$/, "")
    stream.write(`${stream.isTTY ? line : strip(line)}\n`)
  })

const standard = Effect.runSync(Console.consoleWith(Effect.succeed))

export const plainConsole: Console.Console = {
  ...standard,
  log: (...values) => write(process.stdout, values),
  error: (...values) => write(process.stderr, values)
}
