/** What a view becomes on the timeline. */

import { assert, describe, it } from "@effect/vitest"
import type { FeedView, PendingPost, ShownEntry } from "@hibiki/core/client/feed/FeedView"
import type { UserId } from "@hibiki/core/domain/Ids"
import { FastCheck as fc } from "effect"
import { type BuiltTimeline, groupMs, timelineItems } from "../../../src/features/chat/timeline/timelineItems.ts"
import { commandId, conversationId, me, postedRow, shownRow, userId } from "../../fixtureApp.tsx"

const noon = new Date(2026, 10, 24, 12).getTime()
const ben = userId(2)
const view = (entries: ReadonlyArray<ShownEntry>, more: Partial<FeedView> = {}): FeedView => ({
  conversationId,
  version: 1,
  epoch: null,
  cursor: 100,
  entries,
  pending: [],
  failed: [],
  ...more
})
const row = (seq: number, by: UserId, at = noon + seq) => shownRow(postedRow(seq, by, `text ${seq}`, at))
const options = { me, unreadAfter: undefined }
const short = ({ items }: Pick<BuiltTimeline, "items">) =>
  items
    .map((item) =>
      item.kind === "post" ? `${item.row?.seq ?? item.pending?.text}${item.grouped ? "+" : ""}` : item.kind
    )
    .join(" ")
const pending = (n: number, more: Partial<PendingPost> = {}): PendingPost => ({
  id: commandId(n),
  at: noon + 50,
  text: `p${n}`,
  state: "sent",
  unanswered: false,
  ...more
})

describe("items", () => {
  it("group what one author wrote within five minutes", () => {
    const at = (seq: number, minutes: number, by = ben) => row(seq, by, noon + minutes * 60_000)
    assert.strictEqual(
      short(timelineItems(view([at(1, 0), at(2, 1), at(3, 1, me), at(4, 5.9, me), at(5, 20, me)]), options)),
      "day 1 2+ 3 4+ 5"
    )
    assert.strictEqual(groupMs, 300_000)
  })

  it("begin a day once, though times go back a little at midnight", () => {
    const midnight = new Date(2026, 10, 25).getTime()
    assert.strictEqual(
      short(
        timelineItems(view([row(1, ben, midnight - 5), row(2, ben, midnight + 5), row(3, ben, midnight - 1)]), options)
      ),
      "day 1 day 2 3+"
    )
  })

  it("divide at the first message of somebody else that was unread, and only there", () => {
    const entries = [row(1, ben), row(2, ben), row(3, me), row(4, ben), row(5, ben)]
    assert.strictEqual(short(timelineItems(view(entries), { me, unreadAfter: 2 })), "day 1 2+ 3 unread 4 5+")
    assert.strictEqual(short(timelineItems(view(entries), { me, unreadAfter: 5 })), "day 1 2+ 3 4 5+")
    assert.strictEqual(
      short(timelineItems(view([...entries, row(6, ben)]), { me, unreadAfter: 2 })),
      "day 1 2+ 3 unread 4 5+ 6+"
    )
  })

  it("show gaps, the oldest as the older history", () => {
    const items = timelineItems(
      view([{ _tag: "gap", from: 1, to: 9 }, row(10, ben), { _tag: "gap", from: 11, to: 12 }, row(13, ben)]),
      options
    )
    assert.strictEqual(short(items), "gap day 10 gap 13")
    assert.deepStrictEqual(
      items.items.flatMap((item) => (item.kind === "gap" ? [item.older] : [])),
      [true, false]
    )
  })

  it("keep the key of a pending post when it is stored", () => {
    const post = pending(7)
    const before = timelineItems(view([row(1, ben)], { pending: [post] }), options)
    const after = timelineItems(
      view([row(1, ben), shownRow({ ...postedRow(2, me, post.text, noon + 50), id: post.id })]),
      options,
      before
    )
    assert.strictEqual(before.items.at(-1)?.key, after.items.at(-1)?.key)
    assert.strictEqual(short(before), "day 1 p7")
    assert.strictEqual(short(after), "day 1 2")
  })

  it("say what else happened, and what was refused", () => {
    const joined: ShownEntry = shownRow({
      seq: 2,
      rev: 2,
      id: commandId(2),
      by: ben,
      at: noon,
      kind: "joined",
      userIds: [userId(3)]
    })
    const failed = {
      id: commandId(8),
      conversationId,
      order: 1,
      epoch: null,
      at: noon,
      body: { kind: "delete", target: 1 },
      state: "failed",
      handedOver: false,
      code: "forbidden"
    } as const
    assert.strictEqual(
      short(timelineItems(view([row(1, ben), joined, row(3, ben)], { failed: [failed] }), options)),
      "day 1 system 3 failed"
    )
  })
})

describe("for any two views in a row", () => {
  interface Shape {
    readonly first: number
    readonly count: number
    readonly edited: ReadonlyArray<number>
    readonly pending: number
  }
  const shape = fc.record({
    first: fc.constantFrom(1, 1, 9, 30),
    count: fc.integer({ min: 0, max: 60 }),
    edited: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 3 }),
    pending: fc.integer({ min: 0, max: 3 })
  })
  const rows = new Map<string, ShownEntry & { readonly _tag: "row" }>()
  /** The same row object for the same state, as a feed has it. */
  const stable = (seq: number, rev: number) => {
    const key = `${seq} ${rev}`
    const known = rows.get(key) ?? {
      _tag: "row",
      row: { ...postedRow(seq, userId(1 + ((seq >> 2) % 3)), `t${seq}`, noon + seq * 90_000), rev },
      stale: false,
      changing: false
    }
    rows.set(key, known)
    return { ...known }
  }
  const viewOf = ({ count, edited, first, pending: posts }: Shape) =>
    view(
      [
        ...(first > 1 ? [{ _tag: "gap" as const, from: 1, to: first - 1 }] : []),
        ...Array.from({ length: count }, (_, i) => stable(first + i, edited.includes(first + i) ? 1_000 : first + i))
      ],
      { pending: Array.from({ length: posts }, (_, i) => pending(500 + i, { at: noon + 1e7 })) }
    )

  it("keys are unique, unchanged items are the same objects, and the outcome is that of beginning anew", () => {
    fc.assert(
      fc.property(
        shape,
        shape,
        fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
        (one, two, unreadAfter) => {
          const before = timelineItems(viewOf(one), { me, unreadAfter })
          const after = timelineItems(viewOf(two), { me, unreadAfter }, before)
          assert.strictEqual(new Set(after.items.map(({ key }) => key)).size, after.items.length)
          assert.deepStrictEqual(after.items, timelineItems(viewOf(two), { me, unreadAfter }).items)
          const former = new Map(before.items.map((item) => [item.key, item]))
          for (const item of after.items) {
            const same = former.get(item.key)
            if (same !== undefined && JSON.stringify(same) === JSON.stringify(item)) assert.strictEqual(item, same)
          }
          const again = timelineItems(viewOf(two), { me, unreadAfter }, after)
          assert.isTrue(again.items.every((item, i) => item === after.items[i]))
        }
      ),
      { numRuns: 500 }
    )
  })
})
