/** Questions before the chat begins: shown ones, and hidden ones for passwords. */

import { inertLine } from "@hibiki/node/inertText"
import { failed, type Problem } from "@hibiki/node/Problem"
import { Effect, type Mailbox } from "effect"
import type { Key } from "./Keys.ts"
import { editLine, emptyLine, lineText } from "./LineEditor.ts"
import type { LineReader } from "./LineReader.ts"
import { rawKeys, type TtyStreams } from "./Tty.ts"
import { fitEnd, textWidth } from "./textWidth.ts"

export interface Ask {
  /** Whether hidden answers are really hidden, so that nobody sees a typing error in them. */
  readonly hides: boolean
  readonly question: (prompt: string, options?: { readonly hidden?: boolean }) => Effect.Effect<string, Problem>
  readonly say: (line: string) => Effect.Effect<void>
}

interface Screen {
  readonly output: { readonly columns?: number; readonly write: (text: string) => unknown }
}

/** On a terminal: hidden answers are not shown, and Ctrl-D gives up. */
export const askTty = ({ output }: Screen, keys: Mailbox.ReadonlyMailbox<Key>): Ask => ({
  hides: true,
  say: (line) => Effect.sync(() => void output.write(`${line}\n`)),
  question: (prompt, options) =>
    Effect.flatMap(readAnswer(output, keys, prompt, options?.hidden ?? false), (answer) =>
      answer === undefined ? inputEnded(prompt) : Effect.succeed(answer)
    )
})

/** One hidden answer on a terminal whose keys nobody else reads. Undefined: Ctrl-D gave up. */
export const askHidden = (streams: TtyStreams, prompt: string): Effect.Effect<string | undefined> =>
  Effect.scoped(Effect.flatMap(rawKeys(streams), (keys) => readAnswer(streams.output, keys, prompt, true)))

/** Without a terminal: the question is a line, and so is the answer. */
export const askLines = (reader: LineReader, write: (line: string) => void): Ask => ({
  hides: false,
  say: (line) => Effect.sync(() => write(line)),
  question: (prompt) =>
    Effect.zipRight(
      Effect.sync(() => write(prompt)),
      Effect.flatMap(reader.next, (line) => (line === undefined ? inputEnded(prompt) : Effect.succeed(line)))
    )
})

const inputEnded = (prompt: string): Problem => failed(`The input ended at the question "${prompt.trim()}".`)

/** Undefined: the input ended, or Ctrl-D gave up. */
const readAnswer = (output: Screen["output"], keys: Mailbox.ReadonlyMailbox<Key>, prompt: string, hidden: boolean) =>
  Effect.gen(function* () {
    let line = emptyLine
    // A new terminal may not know its size yet, and says 0.
    const columns = () => output.columns || 80
    // Redrawn at each key: a prompt that did not fit in one row would leave a row behind each time. The terminal may
    // become narrower meanwhile.
    const isLong = () => textWidth(prompt) > columns() / 2
    const draw = () => {
      const label = isLong() ? "> " : prompt
      const typed = hidden ? "" : inertLine(lineText({ ...line, after: [] }))
      output.write(`\r\u001b[K${label}${fitEnd(typed, Math.max(1, columns() - textWidth(label) - 1))}`)
    }
    if (isLong()) output.write(`${prompt.trim()}\n`)
    draw()
    for (;;) {
      const key = yield* Effect.orElseSucceed(keys.take, () => undefined)
      if (key === undefined) return undefined
      if (key._tag === "Named" && key.name === "endOfInput") {
        output.write("\n")
        return undefined
      }
      const edited = editLine(line, key, false)
      line = edited.state
      if (edited.entered !== undefined) {
        output.write("\n")
        return edited.entered
      }
      draw()
    }
  })
