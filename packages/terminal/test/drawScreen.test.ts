import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { textWidth } from "../src/tty/textWidth.ts"
import { drawScreen } from "../src/view/drawScreen.ts"
import type { ScreenModel, TimelineRow } from "../src/view/ScreenModel.ts"

const message = (
  seq: number,
  text: string,
  more: Partial<Extract<TimelineRow, { readonly _tag: "Message" }>> = {}
): TimelineRow => ({
  _tag: "Message",
  seq,
  at: 1_764_000_000_000 + seq * 1_000,
  authorId: "a",
  author: "sato",
  text,
  edited: false,
  deleted: false,
  forMe: false,
  reactions: [],
  replyTo: undefined,
  ...more
})

const model = (changes: Partial<ScreenModel> = {}): ScreenModel => ({
  who: "alice@127.0.0.1:8080",
  connection: { text: "live", tone: "good" },
  unsent: 0,
  failed: 0,
  conversations: [{ number: 1, title: "kitchen", unread: 2, mentions: 0, markedUnread: false, open: true }],
  title: "kitchen",
  rows: [
    message(1, "hello"),
    message(2, "日本語の長い文章です", { edited: true, reactions: [{ emoji: "👍", count: 2, mine: true }] }),
    message(3, "", { deleted: true })
  ],
  anchor: undefined,
  panel: undefined,
  notice: undefined,
  prompt: "> ",
  input: { before: "ty", after: "ping", hidden: false },
  ...changes
})

// Own sequences only: colours and the jump to the right pane's column.
const plain = (line: string) => line.replace(/\u001b\[[0-9;]*[mG]/g, "")
const screen = (changes: Partial<ScreenModel>, columns: number, rows: number) =>
  drawScreen(model(changes), { columns, rows }).lines.map(plain)

describe("drawScreen", () => {
  it("shows conversations with unread, messages with what became of them, the connection and the line being typed", () => {
    const lines = screen({ unsent: 3 }, 100, 16)
    const text = lines.join("\n")
    assert.strictEqual(lines.length, 16)
    assert.match(text, / 1 kitchen +2│/)
    assert.match(text, /#1 \d\d:\d\d sato: hello/)
    assert.include(text, "日本語の長い文章です (edited)")
    assert.include(text, "[👍 2]")
    assert.include(text, "sato: (deleted)")
    assert.match(lines[14] ?? "", /● live · 3 unsent · alice/)
    assert.strictEqual(lines[15], "> typing")
  })

  it("shows which unread messages mention the user, and marks them", () => {
    const line = { number: 1, title: "kitchen", unread: 100, mentions: 2, markedUnread: false, open: false }
    assert.match(screen({ conversations: [line] }, 100, 16).join("\n"), / 1 kitchen +99\+ @2│/)
    assert.match(screen({ conversations: [{ ...line, mentions: 100 }] }, 100, 16).join("\n"), / 1 kitchen +99\+ @99\+│/)
    const drawn = (forMe: boolean) =>
      drawScreen(model({ rows: [message(1, "hi @alice", { forMe })] }), { columns: 100, rows: 16 }).lines.join("\n")
    assert.include(drawn(true), "\u001b[1;33mhi @alice")
    assert.notInclude(drawn(false), "\u001b[1;33mhi @alice")
  })

  it("what another wrote writes nothing to the terminal but itself", () => {
    const hostile: Partial<ScreenModel> = {
      title: "\u001b[1mtitle",
      conversations: [{ number: 1, title: "\u001b[25Glist", unread: 0, mentions: 0, markedUnread: false, open: false }],
      rows: [
        message(1, "\u001b]0;x\u0007\u001b[2J", {
          author: "\u001b[31mred",
          reactions: [{ emoji: "\u001b[0m", count: 1, mine: false }]
        }),
        {
          _tag: "Pending",
          id: "p",
          author: "\u001b[32mme",
          text: "\u001b[33mmine",
          mark: "\u001b[34mfailed",
          failed: true
        }
      ],
      notice: "\u001b[H"
    }
    const lines = screen(hostile, 80, 10)
    for (const line of lines) assert.notMatch(line, /\p{Cc}/u)
    // Colours of others would go with those of the program's own: each is seen instead.
    const inert = [
      "␛[1mtitle",
      "␛[25Glist",
      "␛[31mred: ␛]0;x␇␛[2J",
      "␛[0m 1",
      "␛[32mme: ␛[33mmine (␛[34mfailed)",
      "␛[H"
    ]
    for (const each of inert) assert.include(lines.join("\n"), each)
  })

  it("keeps the connection visible in the narrowest terminal", () => {
    for (const rows of [2, 3, 5, 24])
      assert.include(screen({ connection: { text: "offline", tone: "bad" } }, 12, rows).join("\n"), "offline")
  })

  it("draws any content in any size without a line that is too wide", () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", "日", "👍", "\n", "\u001b", "e\u0301") })
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 8 }),
        fc.integer({ min: 8, max: 120 }),
        fc.integer({ min: 1, max: 30 }),
        (texts, columns, rows) => {
          const drawn = drawScreen(
            model({
              rows: texts.map((each, index) => message(index + 1, each)),
              notice: texts[0],
              input: { before: texts[1] ?? "", after: "", hidden: false }
            }),
            { columns, rows }
          )
          assert.strictEqual(drawn.lines.length, rows)
          for (const line of drawn.lines) {
            const [left = "", right = ""] = line.split("\u001b[25G")
            assert.isAtMost(textWidth(plain(left)), line.includes("\u001b[25G") ? 24 : columns)
            assert.isAtMost(textWidth(plain(right)), Math.max(0, columns - 24))
          }
          assert.isAtMost(drawn.cursor.column, columns)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("pages back and forth, and stays at its place while new messages come", () => {
    const rows = Array.from({ length: 50 }, (_, index) => message(index + 1, `message ${index + 1}`))
    const size = { columns: 60, rows: 14 }
    const newest = drawScreen(model({ rows }), size)
    assert.include(newest.lines.map(plain).join("\n"), "message 50")
    const back = drawScreen(model({ rows, anchor: newest.pageUp }), size)
    const shown = back.lines.slice(1, 11).map(plain)
    assert.include(shown.join("\n"), "message 41")
    assert.notInclude(shown.join("\n"), "message 50")
    const later = drawScreen(model({ rows: [...rows, message(51, "new")], anchor: newest.pageUp }), size)
    assert.deepStrictEqual(later.lines.slice(1, 11).map(plain), shown)
    assert.strictEqual(drawScreen(model({ rows, anchor: back.pageDown }), size).pageDown, undefined)
  })

  it("says when the first loaded line is in view, so that older ones can be fetched", () => {
    const rows = Array.from({ length: 20 }, (_, index) => message(index + 1, `message ${index + 1}`))
    const size = { columns: 60, rows: 14 }
    const newest = drawScreen(model({ rows }), size)
    assert.strictEqual(newest.atTop, false)
    let { pageUp } = newest
    let drawn = newest
    for (let i = 0; i < 5 && !drawn.atTop; i++) {
      drawn = drawScreen(model({ rows, anchor: pageUp }), size)
      pageUp = drawn.pageUp
    }
    assert.strictEqual(drawn.atTop, true)
    assert.include(drawn.lines.map(plain).join("\n"), "message 1\n")
  })
})
