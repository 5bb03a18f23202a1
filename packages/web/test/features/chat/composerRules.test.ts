// @vitest-environment jsdom
/** Small rules of the composer: keys, marks, lengths, and what is said of the connection. */
import { assert, describe, it } from "@effect/vitest"
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import {
  type ComposerState,
  composerAct,
  type KeyPress,
  withMark
} from "../../../src/features/chat/composer/composerKeys.ts"
import { messageLength, trimmed } from "../../../src/features/chat/composer/createComposer.ts"
import { isRowKey } from "../../../src/features/chat/timeline/createRowFocus.ts"
import { connectionLine } from "../../../src/features/connection/ConnectionLine.tsx"
import { keyGroups } from "../../../src/features/help/HelpDialog.tsx"
import { keysWordsEn } from "../../../src/features/help/keysWords.en.ts"
import { chatWordsEn } from "../../../src/i18n/chatWords.en.ts"

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  keyCode: 0,
  ...more
})
const state: ComposerState = { sendKey: "enter", empty: false, busy: false, mac: false }

describe("keys", () => {
  it.each<[string, KeyPress, Partial<ComposerState>, string | undefined]>([
    ["Enter sends", press("Enter"), {}, "send"],
    ["Enter that ends a composition does not", press("Enter", { isComposing: true }), {}, undefined],
    ["nor where the composition ended before the key", press("Enter", { keyCode: 229 }), {}, undefined],
    ["nor by preference", press("Enter"), { sendKey: "modEnter" }, undefined],
    ["Ctrl+Enter then does", press("Enter", { ctrlKey: true }), { sendKey: "modEnter" }, "send"],
    ["as Command+Enter does", press("Enter", { metaKey: true }), { sendKey: "modEnter" }, "send"],
    ["Shift+Enter is a line", press("Enter", { shiftKey: true }), {}, undefined],
    ["ArrowUp edits the last when empty", press("ArrowUp"), { empty: true }, "editLast"],
    ["and moves when not", press("ArrowUp"), {}, undefined],
    ["and while something is answered", press("ArrowUp"), { empty: true, busy: true }, undefined],
    ["and while something is composed", press("ArrowUp", { isComposing: true }), { empty: true }, undefined],
    ["Alt+ArrowUp is the list's", press("ArrowUp", { altKey: true }), { empty: true }, undefined],
    ["Esc gives up", press("Escape"), { busy: true }, "cancel"],
    ["Esc again marks read", press("Escape"), {}, "markRead"],
    ["Esc of a composition is the composition's", press("Escape", { isComposing: true }), { busy: true }, undefined],
    ["Ctrl+B is bold", press("b", { ctrlKey: true }), {}, "bold"],
    ["b is b", press("b"), {}, undefined],
    ["the key of Windows is the system's", press("b", { metaKey: true }), {}, undefined],
    ["Command+B is bold on a Mac", press("b", { metaKey: true }), { mac: true }, "bold"],
    ["where Ctrl+B goes back by a character", press("b", { ctrlKey: true }), { mac: true }, undefined],
    ["and Ctrl+E to the end", press("e", { ctrlKey: true }), { mac: true }, undefined],
    ["and Ctrl+Enter sends as well", press("Enter", { ctrlKey: true }), { mac: true, sendKey: "modEnter" }, "send"]
  ])("%s", (_, key, more, wanted) => assert.strictEqual(composerAct(key, { ...state, ...more }), wanted))
})

it("a mark goes around what is selected, and away again", () => {
  const once = withMark({ text: "a b c", start: 2, end: 3 }, "bold")
  assert.deepStrictEqual(once, { text: "a **b** c", start: 4, end: 5 })
  assert.deepStrictEqual(withMark(once, "bold"), { text: "a b c", start: 2, end: 3 })
})

it("what is bold can be italic as well, and each goes away by itself", () => {
  const bold = { text: "**b**", start: 2, end: 3 }
  const both = withMark(bold, "italic")
  assert.deepStrictEqual(both, { text: "***b***", start: 3, end: 4 })
  assert.deepStrictEqual(withMark(both, "italic"), bold)
  assert.deepStrictEqual(withMark(both, "bold"), { text: "*b*", start: 1, end: 2 })
  assert.deepStrictEqual(withMark({ text: "*b*", start: 1, end: 2 }, "italic"), { text: "b", start: 0, end: 1 })
})

describe("lengths", () => {
  it("count code points, and are told when little is left", () => {
    assert.deepStrictEqual(messageLength("😀".repeat(4_000)), { sendable: true, left: 0 })
    assert.deepStrictEqual(messageLength("😀".repeat(4_003)), { sendable: false, left: -3 })
    assert.deepStrictEqual(messageLength("a"), { sendable: true, left: undefined })
    assert.strictEqual(messageLength("a".repeat(3_900)).left, 100)
  })

  it("nothing to see is not sent", () => {
    for (const text of ["", " \n ", "\u3000", "\u200b"])
      assert.isFalse(messageLength(text).sendable, JSON.stringify(text))
  })

  it("leaves out the space around, and keeps an indent", () =>
    assert.strictEqual(trimmed("\n \n  a\n b \n\n"), "  a\n b"))
})

it("the help shows every key that marks text, by what it does", () => {
  const shown = keyGroups(keysWordsEn, false).flatMap(({ lines }) => lines)
  for (const act of ["bold", "italic", "code", "strike"] as const) {
    const { keys } = shown.find(({ text }) => text === keysWordsEn[act]) ?? assert.fail(`nothing shows ${act}`)
    const pressed = press(keys.at(-1) ?? "", { ctrlKey: keys.includes("Ctrl"), shiftKey: keys.includes("Shift") })
    assert.strictEqual(composerAct(pressed, state), act)
  }
})

it("the help shows every key that moves in the timeline", () => {
  const shown = keyGroups(keysWordsEn, false).flatMap(({ lines }) =>
    lines.flatMap(({ keys }) => keys.map((key) => key.replace(" ", "")))
  )
  for (const key of ["PageUp", "PageDown", "Home", "End"]) assert.isTrue(isRowKey(key) && shown.includes(key), key)
})

describe("the connection", () => {
  const line = (status: ConnectionStatus, forMs: number, unsent = 0) =>
    connectionLine(status, forMs, 100_000, unsent, chatWordsEn.connection)

  it("is not spoken of while it is good, nor within the first second", () => {
    assert.strictEqual(line({ _tag: "live" }, 0).text, "")
    assert.strictEqual(line({ _tag: "syncing" }, 0).text, "")
    assert.strictEqual(line({ _tag: "waiting", until: 120_000 }, 999).text, "")
  })

  it("is a word at first, then a countdown with what is unsent and a way to hurry", () => {
    assert.deepStrictEqual(line({ _tag: "waiting", until: 120_000 }, 1_000, 2), {
      text: chatWordsEn.connection.connecting,
      spoken: chatWordsEn.connection.connecting,
      act: undefined
    })
    assert.deepStrictEqual(line({ _tag: "waiting", until: 107_400 }, 5_000, 2), {
      text: "Not connected. Trying again in 8 seconds. 2 unsent messages are kept",
      // Nothing that changes each second, or with each message: it would be read out each time.
      spoken: "Not connected. Trying again soon.",
      act: "retryNow"
    })
    assert.strictEqual(line({ _tag: "offline" }, 6_000).act, "retryNow")
    const waiting = line({ _tag: "waiting", until: 107_400 }, 6_000)
    const trying = line({ _tag: "connecting" }, 6_000)
    assert.deepStrictEqual(
      [trying.text, trying.act, trying.spoken],
      [chatWordsEn.connection.connecting, waiting.act, waiting.spoken]
    )
    for (const status of [{ _tag: "offline" }, { _tag: "connecting" }] as const)
      assert.strictEqual(line(status, 6_000, 1).spoken, line(status, 6_000, 2).spoken)
  })

  it("is not said to be tried while there is no network to try it by", () => {
    assert.strictEqual(line({ _tag: "offline" }, 999, 2).text, "")
    assert.deepStrictEqual(line({ _tag: "offline" }, 1_000, 2), line({ _tag: "offline" }, 6_000, 2))
  })

  it("that was ended says why at once", () => {
    assert.deepStrictEqual(line({ _tag: "stopped", reason: "replaced" }, 0), {
      text: chatWordsEn.connection.stopped.replaced,
      spoken: chatWordsEn.connection.stopped.replaced,
      act: "reload"
    })
    assert.isUndefined(line({ _tag: "stopped", reason: "revoked" }, 0).act)
  })
})
