/** Lines of a stream that is no terminal, one at a time. */
import { createInterface } from "node:readline"
import { Effect, Exit, Mailbox, Option, type Scope } from "effect"

export interface LineReader {
  /** Undefined: the input has ended. */
  readonly next: Effect.Effect<string | undefined>
}

/** Lines that may wait while commands run; beyond it the stream is not read on. */
const linesMax = 1_000

export const lineReader = (input: NodeJS.ReadableStream): Effect.Effect<LineReader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const lines = yield* Mailbox.make<string>()
    let waiting = 0
    let ended = false
    const reader = yield* Effect.acquireRelease(
      Effect.sync(() => createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })),
      (reader) => Effect.sync(() => reader.close())
    )
    reader.on("line", (line) => {
      lines.unsafeOffer(line)
      if (++waiting >= linesMax) reader.pause()
    })
    reader.on("close", () => {
      ended = true
      lines.unsafeDone(Exit.void)
    })
    return {
      next: Effect.map(Effect.option(lines.take), (line) => {
        if (Option.isNone(line)) return undefined
        // What is taken after the end is still there; newer Nodes throw at whoever resumes a reader that has closed.
        if (--waiting === 0 && !ended) reader.resume()
        return line.value
      })
    }
  })
