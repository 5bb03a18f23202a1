/** The order of the list: what is unread first, then favourites, then by kind, and what a filter leaves. */
import { assert, describe, it } from "@effect/vitest"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { FastCheck } from "effect"
import { type ListOptions, listSections, neighbour } from "../../../src/features/conversations/listSections.ts"

const id = (n: number) => ConversationId.make(`01900000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
const line = (
  n: number,
  kind: ConversationSummary["kind"],
  more: Partial<ConversationSummary> = {}
): ConversationSummary => ({
  conversationId: id(n),
  kind,
  title: `title ${n}`,
  role: "member",
  history: "all",
  members: 2,
  head: 1,
  visibleFrom: 1,
  readUpTo: 1,
  unread: 0,
  ...more
})
const titleOf = ({ title }: ConversationSummary) => title
const shape = (
  conversations: ReadonlyArray<ConversationSummary>,
  more: { filter?: string; held?: ListOptions["held"] } = {}
) =>
  listSections(conversations, { filter: "", titleOf, ...more }).map(({ key, rows }) => [
    key,
    ...rows.map(({ conversationId }) => Number.parseInt(conversationId.slice(-4), 16))
  ])

describe("the sections of the list", () => {
  it("hold what is unread, marked or not, before everything else, and the rest by kind; empty ones are left out", () => {
    const all = [
      line(1, "channel"),
      line(2, "direct"),
      line(3, "group", { unread: 2 }),
      line(4, "direct", { markedUnreadAt: 1 }),
      line(5, "channel"),
      line(6, "group")
    ]
    assert.deepStrictEqual(shape(all), [
      ["unread", 3, 4],
      ["direct", 2],
      ["groups", 6],
      ["channels", 1, 5]
    ])
    assert.deepStrictEqual(shape([line(2, "direct")]), [["direct", 2]])
    assert.deepStrictEqual(shape([]), [])
  })

  it("hold favourites of all kinds under what is unread and before all else, the newest first", () => {
    const all = [
      line(1, "channel", { favourite: true }),
      line(2, "direct"),
      line(3, "direct", { favourite: true, unread: 1 }),
      line(4, "group", { favourite: true, unread: 2, muted: true }),
      line(5, "group", { unread: 2 }),
      line(6, "direct", { favourite: true })
    ]
    assert.deepStrictEqual(shape(all), [
      ["unread", 3, 5],
      ["favourites", 1, 4, 6],
      ["direct", 2]
    ])
    assert.deepStrictEqual(shape(all, { held: { id: id(3), unread: false } })[1], ["favourites", 1, 3, 4, 6])
  })

  it("hold each conversation once, in the order of before", () => {
    const some = FastCheck.array(
      FastCheck.record(
        {
          kind: FastCheck.constantFrom("direct" as const, "group" as const, "channel" as const),
          unread: FastCheck.nat(2),
          markedUnreadAt: FastCheck.constant(1),
          muted: FastCheck.constant(true as const),
          favourite: FastCheck.constant(true as const)
        },
        { requiredKeys: ["kind", "unread"] }
      )
    )
    FastCheck.assert(
      FastCheck.property(some, (drawn) => {
        const all = drawn.map(({ kind, ...more }, n) => line(n + 1, kind, more))
        const sections = shape(all).map(([_, ...numbers]) => numbers.map(Number))
        assert.deepStrictEqual(
          sections.flat().sort((a, b) => a - b),
          all.map((_, n) => n + 1)
        )
        for (const numbers of sections)
          assert.deepStrictEqual(
            numbers,
            [...numbers].sort((a, b) => a - b)
          )
      })
    )
  })

  it("leave what is muted where it is of its kind", () => {
    const all = [
      line(1, "group", { unread: 2, muted: true }),
      line(2, "direct", { markedUnreadAt: 1, muted: true }),
      line(3, "group", { unread: 1 })
    ]
    assert.deepStrictEqual(shape(all), [
      ["unread", 3],
      ["direct", 2],
      ["groups", 1]
    ])
  })

  it("hold what mentions the user among the unread, muted or not", () => {
    const all = [
      line(1, "group", { unread: 2, muted: true }),
      line(2, "channel", { unread: 5, mentions: 1, muted: true }),
      line(3, "group")
    ]
    assert.deepStrictEqual(shape(all), [
      ["unread", 2],
      ["groups", 1, 3]
    ])
  })

  it("keep the one that is held out of the unread, whatever comes in it", () => {
    const all = [line(1, "direct", { unread: 2 }), line(2, "group"), line(3, "direct", { unread: 1 })]
    assert.deepStrictEqual(shape(all, { held: { id: id(1), unread: false } }), [
      ["unread", 3],
      ["direct", 1],
      ["groups", 2]
    ])
  })

  it("keep the one that is held among the unread, at its place in time", () => {
    const all = [line(1, "direct"), line(2, "group"), line(3, "direct", { unread: 1 })]
    assert.deepStrictEqual(shape(all, { held: { id: id(2), unread: true } }), [
      ["unread", 2, 3],
      ["direct", 1]
    ])
  })

  for (const { filter, found } of [
    { filter: "", found: [1, 2, 3, 4] },
    { filter: "  ", found: [1, 2, 3, 4] },
    { filter: "TOKYO", found: [1] },
    { filter: "ｔｏｋｙｏ", found: [1] },
    { filter: "さくら", found: [2, 3] },
    { filter: "サクラ", found: [2, 3] },
    { filter: "nothing", found: [] }
  ])
    it(`find "${filter}" in titles, whatever the case, width and kana`, () => {
      const titles = ["Tokyo 開発", "サクラ会", "さくら通信", "雑談"]
      const all = titles.map((title, n) => line(n + 1, "group", { title }))
      assert.deepStrictEqual(
        shape(all, { filter }).flatMap(([, ...rows]) => rows),
        found
      )
    })
})

describe("the neighbour of the open conversation", () => {
  const sections = listSections(
    [line(1, "direct"), line(2, "group", { unread: 1 }), line(3, "channel"), line(4, "channel", { unread: 1 })],
    {
      filter: "",
      titleOf
    }
  )
  // Shown as 2, 4, 1, 3.
  for (const { from, step, to } of [
    { from: 2, step: 1, to: 4 },
    { from: 4, step: 1, to: 1 },
    { from: 3, step: 1, to: undefined },
    { from: 1, step: -1, to: 4 },
    { from: 2, step: -1, to: undefined },
    { from: undefined, step: 1, to: 2 },
    { from: undefined, step: -1, to: 3 }
  ] as const)
    it(`${step === 1 ? "after" : "before"} ${from ?? "none"} is ${to ?? "none"}`, () =>
      assert.strictEqual(
        neighbour(sections, from === undefined ? undefined : id(from), step),
        to === undefined ? undefined : id(to)
      ))

  it("passes over what is not wanted", () => {
    assert.strictEqual(
      neighbour(sections, id(3), -1, ({ unread }) => unread > 0),
      id(4)
    )
    assert.isUndefined(neighbour(sections, id(4), 1, ({ unread }) => unread > 0))
  })
})
