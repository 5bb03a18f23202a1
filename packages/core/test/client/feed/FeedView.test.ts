import { assert, describe, it } from "@effect/vitest"
import { Feed } from "../../../src/client/feed/Feed.ts"
import { type FeedView, viewOf } from "../../../src/client/feed/FeedView.ts"
import { keepChange } from "../../../src/client/feed/KeptFeed.ts"
import type { OutboxBody, OutboxRow } from "../../../src/client/outbox/OutboxRow.ts"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { CommandId } from "../../../src/domain/Ids.ts"
import { friend, me, room, uuid } from "../scriptedServer.ts"

const id = (n: number) => CommandId.make(uuid(0x9_000 + n))
const posted = (seq: number): LogEvent => ({ seq, id: id(seq), by: friend, at: seq, kind: "posted", text: `t${seq}` })
const reacted = (seq: number, target: number): LogEvent => ({
  seq,
  id: id(seq),
  by: friend,
  at: seq,
  kind: "reacted",
  target,
  emoji: "a"
})
const own = (n: number, body: OutboxBody, state: OutboxRow["state"] = "queued"): OutboxRow => ({
  id: id(0x500 + n),
  conversationId: room,
  order: n,
  epoch: null,
  at: n,
  body,
  state,
  handedOver: state === "sent"
})
const feedOf = (count: number) => {
  const feed = new Feed(room, me)
  feed.placeAt(0)
  feed.events(Array.from({ length: count }, (_, n) => posted(n + 1)))
  return feed
}
/** Places whose entry is another object than before. */
const changed = (before: FeedView, after: FeedView) =>
  after.entries.flatMap((entry, at) => (before.entries[at] === entry ? [] : [at]))

describe("rows that are not for the viewer", () => {
  it("do not come back by an answer that was asked for before that was told", () => {
    const row = { kind: "posted", text: "of before", seq: 5, rev: 5, id: id(5), by: friend, at: 5 } as const
    const answer = { rows: [row], asOf: 20, moreBefore: false, moreAfter: false }
    const feed = new Feed(room, me)
    feed.placeAt(20)
    feed.withheld(21, 49)
    feed.page(answer, {})
    assert.deepStrictEqual(feed.timeline(), [])
    feed.changed(answer, 10, 1, 20)
    assert.deepStrictEqual(feed.timeline(), [])
    assert.isFalse(feed.isHeld(5, 5))
  })
})

describe("entries of a view", () => {
  it("stay the same objects but for what an event changed, in a small list and in a large one", () => {
    for (const count of [10, 3_000]) {
      const feed = feedOf(count)
      const first = viewOf(feed, [], [], false, 1)
      assert.strictEqual(viewOf(feed, [], [], false, 2).entries, first.entries)
      feed.events([posted(count + 1), reacted(count + 2, 3)])
      const second = viewOf(feed, [], [], false, 3)
      assert.deepStrictEqual(changed(first, second), [2, count])
      feed.behind(count + 10)
      const jumped = viewOf(feed, [], [], false, 4)
      assert.isTrue(jumped.entries.every((entry) => entry._tag === "gap" || entry.stale))
      feed.changed({ rows: [], asOf: count + 10, moreBefore: false, moreAfter: false }, count + 2, 1, count + 2)
      const healed = viewOf(feed, [], [], false, 5)
      assert.deepStrictEqual(changed(second, healed), [count + 1])
      feed.page({ rows: [], asOf: count + 10, moreBefore: true, moreAfter: false }, { after: count + 2 })
      assert.deepStrictEqual(changed(second, viewOf(feed, [], [], false, 6)), [])
    }
  })

  it("of older pages stand before those that were there, which stay", () => {
    const feed = new Feed(room, me)
    feed.placeAt(20)
    const row = (seq: number) => ({
      seq,
      rev: seq,
      id: id(seq),
      by: friend,
      at: seq,
      kind: "posted" as const,
      text: `t${seq}`
    })
    const rows = Array.from({ length: 20 }, (_, n) => row(n + 1))
    feed.page({ rows: rows.slice(10), asOf: 20, moreBefore: true, moreAfter: false }, {})
    const before = viewOf(feed, [], [], false, 1)
    feed.page({ rows: rows.slice(0, 10), asOf: 20, moreBefore: false, moreAfter: true }, { before: 11 })
    const after = viewOf(feed, [], [], false, 2)
    assert.deepStrictEqual(after.entries.slice(10), before.entries.slice(1))
    for (const [at, entry] of after.entries.slice(10).entries()) assert.strictEqual(entry, before.entries[at + 1])
    feed.page({ rows: rows.map((read) => ({ ...read })), asOf: 20, moreBefore: false, moreAfter: false }, {})
    assert.deepStrictEqual(changed(after, viewOf(feed, [], [], false, 3)), [])
  })

  it("that show an own change are made once, however the change is on its way", () => {
    const feed = feedOf(5)
    const plain = viewOf(feed, [], [], false, 1)
    const edit: OutboxBody = { kind: "edit", target: 2, text: "x" }
    const queued = viewOf(feed, [own(1, edit)], [], false, 2)
    assert.deepStrictEqual(changed(plain, queued), [1])
    const sent = viewOf(feed, [own(1, edit, "sent")], [], false, 3)
    feed.events([posted(6)])
    assert.deepStrictEqual(changed(queued, sent), [])
    assert.deepStrictEqual(changed(queued, viewOf(feed, [own(1, edit, "sent")], [], false, 4)), [5])
    assert.deepStrictEqual(changed(plain, viewOf(feed, [], [], false, 5)), [5])
  })

  it("of a kept feed are those of the live one that takes it in", () => {
    const kept = keepChange(undefined, feedOf(5).takeChange())
    const before = new Feed(room, me)
    before.placeAt(kept.cursor)
    before.restore(kept)
    const first = viewOf(before, [own(1, { kind: "post", text: "mine" })], [], true, 0)
    assert.deepStrictEqual(
      first.pending.map((post) => post.text),
      ["mine"]
    )
    const live = new Feed(room, me)
    live.placeAt(kept.cursor)
    live.events([posted(6), reacted(7, 2)])
    live.restore(kept)
    assert.deepStrictEqual(changed(first, viewOf(live, [], [], false, 1)), [1, 5])
  })
})
