// @vitest-environment jsdom
/** What the switcher offers, in which order, and how much of it. */
import { assert, describe, it } from "@effect/vitest"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { linesAtMost, nextLine, switcherSections } from "../../../src/features/find/switcherLines.ts"

const idOf = (kind: number, n: number) =>
  `0190${kind.toString().padStart(4, "0")}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
const id = (n: number) => ConversationId.make(idOf(3, n))
const room = (n: number, title: string, more: Partial<ConversationSummary> = {}): ConversationSummary => ({
  ...{ conversationId: id(n), kind: "group", title, role: "member", history: "all", members: 3 },
  ...{ head: 10, visibleFrom: 1, readUpTo: 10, unread: 0 },
  ...more
})
const direct = (n: number, displayName: string, handle: string) =>
  room(n, "", { kind: "direct", peer: { userId: UserId.make(idOf(1, n)), displayName, handle } })

const offered = (conversations: ReadonlyArray<ConversationSummary>, query = "", more: { open?: ConversationId } = {}) =>
  switcherSections({
    conversations,
    query,
    open: more.open,
    titleOf: ({ peer, title }) => peer?.displayName ?? title,
    commands: [
      { key: "settings", names: ["Settings", "設定"] },
      { key: "help", names: ["Keyboard shortcuts", "キーボード操作"] }
    ]
  }).map(
    ({ key, lines }) =>
      [key, ...lines.map((line) => (line.length < 36 ? line : Number.parseInt(line.slice(-4), 16)))] as const
  )
const found = (conversations: ReadonlyArray<ConversationSummary>, query: string) =>
  offered(conversations, query).flatMap(([key, ...lines]) => (key === "found" ? lines : []))

describe("with nothing typed", () => {
  it("what is unread comes first, then the newest, then commands", () => {
    const all = [
      room(1, "a"),
      room(2, "b", { unread: 2 }),
      room(3, "c", { unread: 1, muted: true }),
      room(4, "d", { markedUnreadAt: 3 })
    ]
    assert.deepStrictEqual(offered(all), [
      ["unread", 2, 4],
      ["recent", 1, 3],
      ["commands", "settings", "help"]
    ])
  })

  it("favourites come under what is unread and before the newest", () => {
    const all = [
      room(1, "a"),
      room(2, "b", { favourite: true }),
      room(3, "c", { favourite: true, unread: 1 }),
      room(4, "d", { unread: 1 })
    ]
    assert.deepStrictEqual(offered(all).slice(0, 3), [
      ["unread", 3, 4],
      ["favourites", 2],
      ["recent", 1]
    ])
  })

  it("what mentions the user is unread, also where it is muted", () => {
    const all = [room(1, "a", { unread: 1, muted: true }), room(2, "b", { unread: 1, mentions: 1, muted: true })]
    assert.deepStrictEqual(offered(all).slice(0, 2), [
      ["unread", 2],
      ["recent", 1]
    ])
  })

  it("the conversation that is open is left out, and no section is empty", () => {
    assert.deepStrictEqual(offered([room(1, "a")], "", { open: id(1) }), [["commands", "settings", "help"]])
    assert.deepStrictEqual(offered([room(1, "a"), room(2, "b")], "", { open: id(1) })[0], ["recent", 2])
    assert.deepStrictEqual(offered([room(1, "a")], "a", { open: id(1) })[0], ["found", 1])
  })

  it("no more lines are offered than a person looks through, and the commands are among them", () => {
    const all = Array.from({ length: 300 }, (_, n) => room(n + 1, `room ${n}`, n % 2 === 0 ? { unread: 1 } : {}))
    for (const query of ["", "room", "o"]) {
      const sections = offered(all, query)
      assert.strictEqual(sections.flatMap(([_, ...lines]) => lines).length, linesAtMost)
      if (query !== "room") assert.include(sections.at(-1) ?? [], "help")
    }
  })
})

describe("what was typed", () => {
  it("is looked for in any case, width and kana, in titles, names and handles", () => {
    const all = [room(1, "Ｄｅｓｉｇｎ Team"), direct(2, "たなか 健太", "kenta"), room(3, "カレー部")]
    for (const [query, wanted] of [
      ["design", [1]],
      ["ＤＥＳ", [1]],
      ["タナカ", [2]],
      ["@kenta", [2]],
      ["ken", [2]],
      ["かれー", [3]],
      ["ｶﾚｰ", [3]],
      ["nobody", []]
    ] as const)
      assert.deepStrictEqual(found(all, query), [...wanted], query)
  })

  it("is looked for word by word: all of them, in any order and any of the names", () => {
    const all = [room(1, "the north office"), room(2, "office south"), direct(3, "North Kim", "office")]
    assert.deepStrictEqual(found(all, "office　north"), [1, 3])
    assert.deepStrictEqual(found(all, "  south  "), [2])
    assert.deepStrictEqual(found(all, "north south"), [])
  })

  it("is shown first where a word begins with it, then where it is inside, each in the order of before", () => {
    const all = [
      room(1, "rethink"),
      room(2, "think"),
      room(3, "un-thinkable", { unread: 1 }),
      room(4, "bethink", { unread: 1 })
    ]
    assert.deepStrictEqual(found(all, "think"), [3, 2, 4, 1])
    assert.deepStrictEqual(
      found([room(1, "think"), room(2, "think", { favourite: true }), room(3, "think", { unread: 1 })], "think"),
      [3, 2, 1]
    )
    // What stands inside first and begins a word later counts as beginning it.
    assert.deepStrictEqual(found([room(1, "rethink"), room(2, "rethink think")], "think"), [2, 1])
    // A letter with its mark is one: what follows it begins no word.
    assert.deepStrictEqual(found([room(1, "n̈new"), room(2, "new")], "new"), [2, 1])
  })

  it("finds channels by their sign, too, and commands in either language", () => {
    assert.deepStrictEqual(found([room(1, "news", { kind: "channel" }), room(2, "news")], "#new"), [1])
    assert.deepStrictEqual(offered([], "設定"), [["commands", "settings"]])
    assert.deepStrictEqual(offered([], "short"), [["commands", "help"]])
    assert.deepStrictEqual(offered([], "zzz"), [])
  })

  it("is no pattern", () => {
    assert.deepStrictEqual(found([room(1, "a.b (c)"), room(2, "axb")], "a.b"), [1])
    assert.deepStrictEqual(found([room(1, "a.b (c)")], "(c"), [1])
  })
})

it("keys lead from line to line, around at the ends, and to both ends", () => {
  const led = (key: string, at: number) => nextLine(key, at, 3)
  assert.deepStrictEqual([led("ArrowDown", 0), led("ArrowDown", 2), led("ArrowUp", 0), led("ArrowUp", 2)], [1, 0, 2, 1])
  assert.deepStrictEqual([led("Home", 2), led("End", 0), led("a", 1)], [0, 2, undefined])
  assert.isUndefined(nextLine("ArrowDown", 0, 0))
})
