// @vitest-environment jsdom
/** The one line that stands for a conversation's newest row. */
import { assert, describe, it } from "@effect/vitest"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow, NewerRow } from "@hibiki/core/domain/MessageRow"
import { lastLine, oneLine, whenLabel } from "../../../src/features/conversations/ConversationItem.tsx"
import { en } from "../../../src/i18n/en.ts"
import { makeFormats } from "../../../src/i18n/formats.ts"
import { ja } from "../../../src/i18n/ja.ts"

const user = (n: number) => UserId.make(`01900001-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
const names = new Map([
  [user(1), "Aki"],
  [user(2), "Ben"],
  [user(3), "Chi"]
])
const row = (by: number, more: Partial<MessageRow>): MessageRow => ({
  seq: 5,
  rev: 5,
  id: CommandId.make("01900002-0000-7000-8000-000000000005"),
  by: user(by),
  at: 1_000,
  kind: "posted",
  ...more
})
const newer: NewerRow = { ...row(2, { text: "a poll" }), kind: "constructor" as NewerRow["kind"] }
const line = (
  kind: ConversationSummary["kind"],
  last: ConversationSummary["last"],
  peer = user(2)
): ConversationSummary => ({
  conversationId: ConversationId.make("01900003-0000-7000-8000-000000000001"),
  kind,
  title: "",
  ...(kind === "direct" ? { peer: { userId: peer, handle: "ben", displayName: "Ben" } } : {}),
  role: "member",
  history: "all",
  members: 2,
  head: 5,
  visibleFrom: 1,
  readUpTo: 5,
  unread: 0,
  ...(last === undefined ? {} : { last })
})
const of = (summary: ConversationSummary, words = en) => lastLine(summary, user(1), (id) => names.get(id) ?? "?", words)

describe("the last line", () => {
  for (const { last, name, summary } of [
    { name: "nothing yet", summary: line("group", undefined), last: "No messages yet" },
    { name: "another's words in a group", summary: line("group", row(2, { text: "hi" })), last: "Ben: hi" },
    { name: "another's words in a direct conversation", summary: line("direct", row(2, { text: "hi" })), last: "hi" },
    { name: "own words", summary: line("direct", row(1, { text: "hi" })), last: "You: hi" },
    { name: "own words among one's notes", summary: line("direct", row(1, { text: "milk" }), user(1)), last: "milk" },
    {
      name: "a deleted message",
      summary: line("group", row(2, { text: "", deleted: true })),
      last: "Ben: Message deleted"
    },
    { name: "lines as one", summary: line("direct", row(2, { text: " one\n\n two\tthree " })), last: "one two three" },
    {
      name: "the beginning",
      summary: line("group", row(2, { kind: "created", title: "x" })),
      last: "Ben created the group “x”"
    },
    {
      name: "what only a newer server has",
      summary: line("direct", newer),
      last: "Something new that can’t be shown here"
    },
    {
      name: "one who joined",
      summary: line("channel", row(3, { kind: "joined", userIds: [user(3)] })),
      last: "Chi joined"
    },
    {
      name: "one who was added",
      summary: line("group", row(2, { kind: "joined", userIds: [user(3)] })),
      last: "Ben added Chi"
    },
    {
      name: "two who were added",
      summary: line("group", row(2, { kind: "joined", userIds: [user(3), user(1)] })),
      last: "Ben added Chi and 1 other"
    },
    {
      name: "several who were added",
      summary: line("group", row(2, { kind: "joined", userIds: [user(3), user(1), user(4)] })),
      last: "Ben added Chi and 2 others"
    },
    { name: "one who left", summary: line("group", row(3, { kind: "left", userIds: [user(3)] })), last: "Chi left" },
    {
      name: "one who was removed",
      summary: line("group", row(2, { kind: "left", userIds: [user(3)] })),
      last: "Ben removed Chi"
    },
    {
      name: "another name",
      summary: line("group", row(2, { kind: "renamed", title: "Tea" })),
      last: "Ben changed the name to “Tea”"
    },
    {
      name: "another role",
      summary: line("group", row(2, { kind: "roleChanged", userIds: [user(3)], role: "admin" })),
      last: "Ben made Chi an admin"
    }
  ])
    it(`shows ${name}`, () => assert.strictEqual(of(summary), last))

  it("is written natively in Japanese", () => {
    assert.strictEqual(
      of(line("group", row(2, { kind: "joined", userIds: [user(3), user(1)] })), ja),
      "BenさんがChiさんほか1人を追加しました"
    )
    assert.strictEqual(
      of(line("group", row(2, { kind: "joined", userIds: [user(3)] })), ja),
      "BenさんがChiさんを追加しました"
    )
    assert.strictEqual(of(line("channel", row(3, { kind: "joined", userIds: [user(3)] })), ja), "Chiさんが参加しました")
    assert.strictEqual(
      of(line("group", row(2, { kind: "left", userIds: [user(3)] })), ja),
      "BenさんがChiさんを外しました"
    )
    assert.strictEqual(of(line("group", row(3, { kind: "left", userIds: [user(3)] })), ja), "Chiさんが退出しました")
    assert.strictEqual(of(line("direct", row(1, { text: "はい" })), ja), "自分: はい")
  })

  it("gives away no spoiler, and shows no marks", () => {
    const shown = of(line("direct", row(1, { text: `**Well**, ||${"the butler ".repeat(60)}||` })), ja)
    assert.notInclude(shown, "butler")
    assert.notMatch(shown, /[*|]/)
  })

  it("is not turned by names and titles that run from right to left, nor by controls in them", () => {
    const named = (summary: ConversationSummary) =>
      lastLine(summary, user(1), (id) => (id === user(2) ? "Mallory\u202e" : "علي"), en)
    assert.strictEqual(named(line("group", row(2, { text: "hi" }))), "Mallory: hi")
    assert.strictEqual(
      named(line("group", row(3, { kind: "joined", userIds: [user(2)] }))),
      "\u2068علي\u2069 added Mallory"
    )
    assert.strictEqual(
      named(line("group", row(2, { kind: "renamed", title: "\u202eשלום" }))),
      "Mallory changed the name to “\u2068שלום\u2069”"
    )
  })

  it("is cut between whole characters", () => {
    const cut = oneLine("👍".repeat(500))
    assert.isTrue(cut.isWellFormed())
    assert.strictEqual([...cut].length, 161)
  })
})

describe("the time beside a conversation", () => {
  const now = Date.UTC(2026, 10, 25, 12, 0)
  const at = (moment: number) =>
    whenLabel({ last: row(2, { at: moment }) }, now, makeFormats("en", { timeZone: "UTC", locale: "en-GB" }))?.text
  for (const { moment, text } of [
    { moment: Date.UTC(2026, 10, 25, 9, 5), text: "09:05" },
    { moment: Date.UTC(2026, 10, 24, 23, 59), text: "Yesterday" },
    { moment: Date.UTC(2026, 10, 21, 9, 0), text: "Sat" },
    { moment: Date.UTC(2026, 2, 1, 9, 0), text: "01/03" },
    { moment: Date.UTC(2025, 2, 1, 9, 0), text: "01/03/2025" },
    // Another clock runs ahead.
    { moment: now + 86_400_000, text: "12:00" }
  ])
    it(`is "${text}" for ${new Date(moment).toISOString()}`, () => assert.strictEqual(at(moment), text))

  it("is left out while there is no row", () =>
    assert.isUndefined(whenLabel({}, now, makeFormats("en", { timeZone: "UTC", locale: "en-GB" }))))
})
