import { assert, describe, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { sendCommand } from "../src/app/messageCommands.ts"
import { type HandsEffect, ScreenHands } from "../src/app/ScreenHands.ts"
import { makeKeyDecoder } from "../src/tty/Keys.ts"

const typing = (hands: ScreenHands) => {
  const decoder = makeKeyDecoder()
  return (input: string): ReadonlyArray<HandsEffect> =>
    [...decoder.feed(input), ...decoder.flush()].flatMap((key) => hands.press(key, 24) ?? [])
}

const drawn = (atTop: boolean) => ({
  lines: [],
  cursor: { row: 1, column: 1 },
  atTop,
  pageUp: { key: "seq 5", line: 0 },
  pageDown: undefined
})

describe("keys on the screen", () => {
  it("a line that is entered is run, and closes what lay over the timeline", () => {
    const hands = new ScreenHands()
    const type = typing(hands)
    hands.panel = { title: "Help", lines: ["one"], from: 0 }
    hands.notice = "something"
    const [effect] = type("hello\r")
    assert.deepStrictEqual(effect?._tag === "run" ? [effect.command.is, effect.command.args] : effect, [
      sendCommand,
      "hello"
    ])
    assert.strictEqual(hands.panel, undefined)
    assert.strictEqual(hands.notice, undefined)
  })

  it("a mistake is told and runs nothing", () => {
    const hands = new ScreenHands()
    assert.deepStrictEqual(typing(hands)("/edit\r"), [])
    assert.strictEqual(hands.notice, "usage: /edit N TEXT")
  })

  it("what was told goes with the conversation, and when the connection is back", () => {
    const hands = new ScreenHands()
    const [a, b] = [1, 2].map((n) => ConversationId.make(`00000000-0000-7000-8000-00000000000${n}`))
    const toldAt = (conversationId: ConversationId | undefined, live: boolean) => {
      hands.stand({ conversationId, live })
      hands.notice = "something"
    }
    const after = (conversationId: ConversationId | undefined, live: boolean) => {
      hands.stand({ conversationId, live })
      return hands.notice
    }
    toldAt(a, true)
    assert.strictEqual(after(a, true), "something")
    assert.strictEqual(after(a, false), "something", "it may tell why")
    assert.strictEqual(after(a, true), undefined)
    toldAt(a, true)
    assert.strictEqual(after(b, true), undefined)
    toldAt(b, false)
    assert.strictEqual(after(undefined, false), undefined)
    assert.strictEqual(after(b, false), undefined, "nor does it come back")
  })

  it("page up at the first loaded line asks for older ones; sending goes back to the newest", () => {
    const hands = new ScreenHands()
    const type = typing(hands)
    hands.drawn = drawn(false)
    assert.deepStrictEqual(type("\u001b[5~"), [])
    assert.deepStrictEqual(hands.anchor, { key: "seq 5", line: 0 })
    assert.isFalse(hands.seesNewest)
    hands.drawn = drawn(true)
    assert.deepStrictEqual(type("\u001b[5~"), [{ _tag: "loadOlder" }])
    type("/older\r")
    assert.isFalse(hands.seesNewest, "older ones are read where one is")
    type("x\r")
    assert.isTrue(hands.seesNewest)
  })

  it("an answer to a question is neither shown nor kept, and Escape gives up", () => {
    const hands = new ScreenHands()
    const type = typing(hands)
    const answers: Array<string | undefined> = []
    type("half a mess")
    hands.ask("Your password: ", (text) => answers.push(text))
    assert.deepStrictEqual(type("secret"), [])
    assert.isTrue(hands.shown.input.hidden)
    assert.strictEqual(hands.shown.prompt, "Your password: ")
    type("\r")
    assert.strictEqual(hands.shown.input.before, "half a mess")
    type("\u0015\u001b[A")
    assert.strictEqual(hands.shown.input.before, "")
    hands.ask("Your password: ", (text) => answers.push(text))
    type("\u001b")
    assert.deepStrictEqual(answers, ["secret", undefined])
  })

  it("Ctrl-D quits only on an empty line", () => {
    const hands = new ScreenHands()
    const type = typing(hands)
    assert.deepStrictEqual(type("x\u0004"), [])
    assert.deepStrictEqual(type("\u007f\u0004"), [{ _tag: "quit" }])
  })

  it("a long panel turns its pages, and no further than its end", () => {
    const hands = new ScreenHands()
    const type = typing(hands)
    hands.panel = { title: "Help", lines: Array.from({ length: 30 }, String), from: 0 }
    type("\u001b[6~")
    assert.strictEqual(hands.panel?.from, 18)
    type("\u001b[6~")
    assert.strictEqual(hands.panel?.from, 18)
    type("\u001b[5~\u001b[5~")
    assert.strictEqual(hands.panel?.from, 0)
  })
})
