import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Mailbox } from "effect"
import { askLines, askTty } from "../src/tty/Ask.ts"
import { type Key, makeKeyDecoder } from "../src/tty/Keys.ts"
import { textWidth } from "../src/tty/textWidth.ts"

/** The question asked on a terminal whose user types `typed`, and what was written to that. */
const asked = (prompt: string, typed: string, columns = 80, written: Array<string> = []) =>
  Effect.gen(function* () {
    const keys = yield* Mailbox.make<Key>()
    const decoder = makeKeyDecoder()
    for (const character of typed) keys.unsafeOfferAll(decoder.feed(character))
    keys.unsafeDone(Exit.void)
    return yield* askTty({ output: { columns, write: (text) => written.push(text) } }, keys).question(prompt)
  })

/** Rows as they are drawn, each anew from its beginning. */
const rowsOf = (written: ReadonlyArray<string>) =>
  written
    .join("")
    .split(/\r\u001b\[K|\n/)
    .filter((row) => row !== "")

describe("a question", () => {
  const long = "Register (r) or sign in (s)? Or paste an invite link: "

  it.effect("that is long for its terminal is shown once, and no key draws more than one row", () =>
    Effect.gen(function* () {
      const [narrow, wide]: [Array<string>, Array<string>] = [[], []]
      const link = `https://chat.example.org/register#invite=${"日本".repeat(10)}`
      assert.strictEqual(yield* asked(long, `${link}\r`, 30, narrow), link)
      const [question, ...redraws] = rowsOf(narrow)
      assert.strictEqual(question, long.trim())
      assert.isAbove(redraws.length, 1)
      for (const row of redraws) assert.isBelow(textWidth(row), 30, row)
      assert.strictEqual(yield* asked(long, "s\r", 120, wide), "s")
      assert.deepStrictEqual(rowsOf(wide), [long, `${long}s`])
    })
  )

  it.effect("shows what was pasted without obeying it", () =>
    Effect.gen(function* () {
      const written: Array<string> = []
      yield* asked("Handle: ", "\u009b2Jeve\u202e\r", 80, written)
      assert.include(rowsOf(written), "Handle: \ufffd2Jeve\ufffd")
    })
  )

  it.effect("has failed when the input ends before its answer, on a terminal as in a pipe", () =>
    Effect.gen(function* () {
      const inPipe = askLines({ next: Effect.succeed(undefined), aside: (work) => work }, () => undefined)
      for (const question of [asked("Handle: ", "ali\u0004"), asked("Handle: ", "ali"), inPipe.question("Handle: ")]) {
        const { exitCode, sentence } = yield* Effect.flip(question)
        assert.deepStrictEqual([exitCode, sentence], [1, 'The input ended at the question "Handle:".'])
      }
    })
  )
})
