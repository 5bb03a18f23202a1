/**
 * The terminal for the chat: raw keys in, whole screens out of which only changed lines are written. Restores
 * everything at the end.
 */
import { Effect, Mailbox, type Scope } from "effect"
import { type Key, makeKeyDecoder } from "./Keys.ts"
import { at, clearToEnd, enterScreen, hideCursor, leaveScreen, showCursor } from "./style.ts"

/** The streams in use: the process's own, or a test's. */
export interface TtyStreams {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
}

/** A byte sequence that is incomplete after this time is a lone Escape. */
const escapeWaitMs = 40
/** Keys that may wait. A person does not type so fast, and the paste of a runaway program is dropped beyond it. */
const keysMax = 4_096

/**
 * Keys as they are pressed, in raw mode, for as long as the scope is open. In this mode a Ctrl-C is a key. This turns
 * it into the usual signal, so that it works while nobody waits for keys.
 */
export const rawKeys = ({ input }: TtyStreams): Effect.Effect<Mailbox.ReadonlyMailbox<Key>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const keys = yield* Mailbox.make<Key>({ capacity: keysMax, strategy: "dropping" })
    const decoder = makeKeyDecoder()
    const offer = (decoded: ReadonlyArray<Key>) => {
      if (decoded.some((key) => key._tag === "Named" && key.name === "interrupt")) process.emit("SIGINT")
      keys.unsafeOfferAll(decoded)
    }
    let timer: NodeJS.Timeout | undefined
    const onData = (chunk: string) => {
      clearTimeout(timer)
      offer(decoder.feed(chunk))
      timer = setTimeout(() => offer(decoder.flush()), escapeWaitMs)
    }
    const onEnd = () => offer([{ _tag: "Named", name: "endOfInput" }])
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        input.setEncoding("utf8")
        input.setRawMode(true)
        input.on("data", onData).on("end", onEnd).resume()
      }),
      () =>
        Effect.sync(() => {
          clearTimeout(timer)
          input.off("data", onData).off("end", onEnd).pause()
          input.setRawMode(false)
        })
    )
    return keys
  })

export interface Painter {
  readonly size: () => { readonly columns: number; readonly rows: number }
  readonly paint: (lines: ReadonlyArray<string>, cursor: { readonly row: number; readonly column: number }) => void
  /** The next `paint` writes every line: after a resize, or after another program wrote to the terminal. */
  readonly forget: () => void
}

/** A screen of its own. The old one comes back when the scope closes, or if the process exits before. */
export const painter = ({ output }: TtyStreams, onResize: () => void): Effect.Effect<Painter, never, Scope.Scope> =>
  Effect.gen(function* () {
    let shown: ReadonlyArray<string> = []
    const forget = () => {
      shown = []
    }
    const resized = () => {
      forget()
      onResize()
    }
    const leave = () => void output.write(leaveScreen)
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        output.write(enterScreen)
        output.on("resize", resized)
        process.once("exit", leave)
      }),
      () =>
        Effect.sync(() => {
          output.off("resize", resized)
          process.off("exit", leave)
          leave()
        })
    )
    return {
      size: () => ({ columns: output.columns ?? 80, rows: output.rows ?? 24 }),
      forget,
      paint: (lines, cursor) => {
        // A slow terminal gets the newest screen when it is ready, not every one in between.
        if (output.writableNeedDrain) return
        const changed = lines.flatMap((line, index) =>
          line === shown[index] ? [] : [`${at(index + 1, 1)}${line}${clearToEnd}`]
        )
        shown = lines
        output.write(`${hideCursor}${changed.join("")}${at(cursor.row, cursor.column)}${showCursor}`)
      }
    }
  })
