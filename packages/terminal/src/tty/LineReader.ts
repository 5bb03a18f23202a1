/** Lines of a stream, one at a time. */
import { createInterface, type Interface } from "node:readline"
import { Effect, Exit, Mailbox, Option, type Scope } from "effect"

export interface LineReader {
  /** Undefined: the input has ended. */
  readonly next: Effect.Effect<string | undefined>
  /** Leaves the stream to another reader while that runs: input during that time gives no line. */
  readonly aside: <A, E, R>(other: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** Lines that may wait while commands run; beyond it the stream is paused. */
const linesMax = 1_000

export const lineReader = (input: NodeJS.ReadableStream): Effect.Effect<LineReader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const lines = yield* Mailbox.make<string>()
    let waiting = 0
    /**
     * Undefined: the stream has ended, or another reader has it. Newer versions of Node throw if a closed reader is
     * resumed.
     */
    let reader: Interface | undefined
    const begin = () => {
      if (!input.readable) return void lines.unsafeDone(Exit.void)
      const begun = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
      begun.on("line", (line) => {
        lines.unsafeOffer(line)
        if (++waiting >= linesMax) begun.pause()
      })
      begun.on("close", () => {
        if (reader !== begun) return
        reader = undefined
        lines.unsafeDone(Exit.void)
      })
      reader = begun
    }
    const leave = () => {
      const left = reader
      reader = undefined
      left?.close()
    }
    yield* Effect.acquireRelease(Effect.sync(begin), () => Effect.sync(leave))
    return {
      next: Effect.map(Effect.option(lines.take), (line) => {
        if (Option.isNone(line)) return undefined
        if (--waiting === 0) reader?.resume()
        return line.value
      }),
      aside: (other) =>
        Effect.acquireUseRelease(
          Effect.sync(leave),
          () => other,
          () => Effect.sync(begin)
        )
    }
  })
