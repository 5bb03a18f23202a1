import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Mailbox } from "effect"
import { askLines, askTty } from "../../../src/cli/chat/terminal/Ask.ts"
import { type Key, makeKeyDecoder } from "../../../src/cli/chat/terminal/Keys.ts"

/** The question asked on a terminal whose user types `typed`, and what was written to that. */
const asked = (prompt: string, typed: string, columns = 80, written: Array<string> = []) =>
  Effect.gen(function* () {
    const keys = yield* Mailbox.make<Key>()
    keys.unsafeOfferAll(makeKeyDecoder().feed(typed))
    keys.unsafeDone(Exit.void)
    return yield* askTty({ output: { columns, write: (text) => written.push(text) } }, keys).question(prompt)
  })

describe("a question", () => {
  it.effect("has failed when the input ends before its answer, on a terminal as in a pipe", () =>
    Effect.gen(function* () {
      const inPipe = askLines({ next: Effect.succeed(undefined) }, () => undefined)
      for (const question of [asked("Handle: ", "ali\u0004"), asked("Handle: ", "ali"), inPipe.question("Handle: ")]) {
        const { exitCode, sentence } = yield* Effect.flip(question)
        assert.deepStrictEqual([exitCode, sentence], [1, 'The input ended at the question "Handle:".'])
      }
    })
  )
})
