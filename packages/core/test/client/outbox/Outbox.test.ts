import { assert, describe, it } from "@effect/vitest"
import { Outbox, type OutboxProblem } from "../../../src/client/outbox/Outbox.ts"
import type { OutboxBody, OutboxRow } from "../../../src/client/outbox/OutboxRow.ts"
import { outboxBounds } from "../../../src/client/outbox/OutboxTable.ts"
import { CommandId, ConversationId, Epoch } from "../../../src/domain/Ids.ts"
import { Limits } from "../../../src/domain/Limits.ts"
import { type CommandFrame, encodeClientFrame } from "../../../src/protocol/ClientFrame.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
const id = (n: number) => CommandId.make(uuid(n))
const room = ConversationId.make(uuid(0xa0))
const other = ConversationId.make(uuid(0xb0))
const [epoch, laterEpoch] = [Epoch.make(uuid(1)), Epoch.make(uuid(2))]

const add = (outbox: Outbox, n: number, body: OutboxBody | string, conversationId = room): OutboxRow | OutboxProblem =>
  outbox.add({
    id: id(n),
    conversationId,
    epoch,
    at: 0,
    body: typeof body === "string" ? { kind: "post", text: body } : body
  })
const idsOf = (frame: CommandFrame | undefined) =>
  frame?.op === "post" ? frame.posts.map((post) => post.id) : frame === undefined ? [] : [frame.id]
const take = (outbox: Outbox, now: number) => outbox.takeFrames(now).map(idsOf)

describe("the outbox", () => {
  it("sends one frame per conversation at a time, with all posts that wait", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, "b")
    add(outbox, 3, "c", other)
    assert.deepStrictEqual(take(outbox, 0), [[id(1), id(2)], [id(3)]])
    add(outbox, 4, "d")
    assert.deepStrictEqual(take(outbox, 1), [])
    outbox.accepted(room, id(1))
    assert.deepStrictEqual(take(outbox, 2), [])
    outbox.accepted(room, id(2))
    assert.deepStrictEqual(take(outbox, 3), [[id(4)]])
  })

  it("keeps posts, edits, reactions and deletes in the order in which they were made", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, { kind: "edit", target: 5, text: "x" })
    add(outbox, 3, "b")
    add(outbox, 4, { kind: "react", target: 5, emoji: "👍", on: false })
    add(outbox, 5, { kind: "delete", target: 5 })
    for (let n = 1; n <= 5; n++) {
      assert.deepStrictEqual(take(outbox, n), [[id(n)]])
      outbox.accepted(room, id(n))
    }
    assert.strictEqual(outbox.size, 0)
  })

  it("fills a frame with at most 50 posts and 64 KiB", () => {
    const many = new Outbox()
    for (let n = 0; n < 60; n++) add(many, n, "a")
    assert.strictEqual(take(many, 0)[0]?.length, Limits.postsPerFrame)
    const long = new Outbox()
    for (let n = 0; n < 10; n++) add(long, n, "\u0001語".repeat(2_000))
    const [frame] = long.takeFrames(0)
    assert.isDefined(frame)
    if (frame === undefined) return
    assert.isAtMost(new TextEncoder().encode(encodeClientFrame(frame)).length, Limits.frameBytes)
    assert.strictEqual(idsOf(frame).length, 3)
  })

  it("after busy the same ids go again after the delay, and nothing overtakes them", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    take(outbox, 0)
    add(outbox, 2, "b")
    outbox.busy(room, "busy", 700, 100)
    assert.strictEqual(outbox.nextAt(), 800)
    assert.deepStrictEqual(take(outbox, 799), [])
    assert.deepStrictEqual(take(outbox, 800), [[id(1), id(2)]])
  })

  it("what is not heard of is asked for again, each time later, and counts as unanswered", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    let now = 0
    for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      assert.deepStrictEqual(take(outbox, now), [[id(1)]])
      outbox.busy(room, "unknown", 500, now)
      assert.strictEqual(outbox.nextAt(), now + wait)
      assert.isTrue(outbox.isUnanswered(room))
      now += wait
    }
  })

  it("without an answer in 10 s the same ids go again, each time later", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    take(outbox, 0)
    outbox.expire(9_999)
    assert.isFalse(outbox.isUnanswered(room))
    assert.strictEqual(outbox.nextAt(), 10_000)
    outbox.expire(10_000)
    assert.isTrue(outbox.isUnanswered(room))
    assert.strictEqual(outbox.nextAt(), 11_000)
    assert.deepStrictEqual(take(outbox, 11_000), [[id(1)]])
    outbox.expire(21_000)
    assert.strictEqual(outbox.nextAt(), 23_000)
    take(outbox, 23_000)
    outbox.accepted(room, id(1))
    assert.isUndefined(outbox.nextAt())
  })

  it("after a reconnect everything unsettled goes again at once, in order", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, "b")
    take(outbox, 0)
    outbox.accepted(room, id(1))
    add(outbox, 3, "c")
    outbox.busy(room, "busy", 60_000, 0)
    outbox.disconnected()
    assert.deepStrictEqual(take(outbox, 1), [[id(2), id(3)]])
  })

  it("what was sent on a socket that ended, or in an earlier life, is in the dark until it is settled", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    take(outbox, 0)
    const kept = outbox.takeChanges().put
    assert.isFalse(outbox.isUnanswered(room))
    outbox.disconnected()
    assert.isTrue(outbox.isUnanswered(room))
    assert.isTrue(outbox.takeChanges().conversations.has(room))
    assert.deepStrictEqual(take(outbox, 1), [[id(1)]])
    assert.isTrue(outbox.isUnanswered(room))
    // It waited for no answer: the first one that is lost is the first.
    outbox.busy(room, "unknown", 500, 1)
    assert.strictEqual(outbox.nextAt(), 1_001)
    take(outbox, 1_001)
    add(outbox, 2, "b")
    outbox.accepted(room, id(1))
    take(outbox, 1_002)
    assert.isFalse(outbox.isUnanswered(room))
    outbox.disconnected()
    outbox.accepted(room, id(2))
    add(outbox, 3, "written offline")
    assert.isFalse(outbox.isUnanswered(room))
    const restored = new Outbox()
    restored.restore(kept)
    assert.isTrue(restored.isUnanswered(room))
  })

  it("who does not want to wait ends its own waits, once each, and none that the server asked for", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, "b", other)
    take(outbox, 0)
    outbox.hasten()
    assert.deepStrictEqual(take(outbox, 9_999), [])
    outbox.expire(10_000)
    outbox.hasten()
    assert.deepStrictEqual(take(outbox, 10_000), [[id(1)], [id(2)]])
    outbox.busy(room, "unknown", 500, 10_000)
    outbox.busy(other, "rate_limited", 3_000, 10_000)
    assert.strictEqual(outbox.nextAt(), 12_000)
    outbox.hasten()
    assert.deepStrictEqual(take(outbox, 10_499), [])
    assert.deepStrictEqual(take(outbox, 10_500), [[id(1)]])
    outbox.busy(room, "unknown", 500, 10_500)
    assert.deepStrictEqual(take(outbox, 12_999), [])
    assert.deepStrictEqual(take(outbox, 13_000), [[id(2)]])
    assert.deepStrictEqual(take(outbox, 14_500), [[id(1)]])
  })

  it("a row that was never handed over may be rewritten and dropped; one that was only withdrawn", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    assert.isUndefined(outbox.rewrite(id(1), "b"))
    assert.deepStrictEqual(outbox.row(id(1))?.body, { kind: "post", text: "b" })
    take(outbox, 0)
    assert.strictEqual(outbox.rewrite(id(1), "c"), "handed_over")
    assert.isUndefined(outbox.withdraw(id(1)))
    assert.strictEqual(outbox.row(id(1))?.state, "withdrawn")
    add(outbox, 2, "x")
    assert.isUndefined(outbox.withdraw(id(2)))
    assert.isUndefined(outbox.row(id(2)))
    add(outbox, 3, { kind: "delete", target: 4 }, other)
    take(outbox, 0)
    assert.strictEqual(outbox.withdraw(id(3)), "handed_over")
  })

  it("counts as unsent the posts that still go out: none that was taken back or finally refused", () => {
    const outbox = new Outbox()
    for (const n of [1, 2, 3]) add(outbox, n, "a")
    add(outbox, 4, { kind: "react", target: 5, emoji: "👍", on: true })
    add(outbox, 5, "b", other)
    assert.strictEqual(outbox.unsentPosts, 4)
    take(outbox, 0)
    assert.strictEqual(outbox.unsentPosts, 4)
    outbox.withdraw(id(1))
    outbox.refused(room, id(2), "blank")
    assert.strictEqual(outbox.unsentPosts, 2)
    outbox.accepted(room, id(3))
    assert.strictEqual(outbox.unsentPosts, 1)
    assert.strictEqual(outbox.size, 4)
  })

  it("a withdraw is settled by its own answer, not by the post's that comes before it", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    take(outbox, 0)
    outbox.withdraw(id(1))
    assert.deepStrictEqual(outbox.takeFrames(1), [])
    outbox.accepted(room, id(1))
    assert.strictEqual(outbox.row(id(1))?.state, "withdrawn")
    assert.deepStrictEqual(outbox.takeFrames(2), [{ op: "withdraw", id: id(1), conversationId: room }])
    outbox.accepted(room, id(1))
    assert.strictEqual(outbox.row(id(1))?.state, "withdrawn")
    outbox.refused(room, id(1), "withdrawn")
    assert.isUndefined(outbox.row(id(1)))
  })

  it("a final refusal is kept for the user, lets the next ones go, and is retried under a fresh id", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, "b")
    take(outbox, 0)
    outbox.refused(room, id(1), "not_found")
    assert.deepInclude(outbox.row(id(1)), { state: "failed", code: "not_found", handedOver: false })
    outbox.accepted(room, id(2))
    assert.deepStrictEqual(take(outbox, 1), [])
    assert.isUndefined(outbox.nextAt())
    outbox.retry(id(1), id(9), 5, epoch)
    assert.isUndefined(outbox.row(id(1)))
    assert.deepStrictEqual(take(outbox, 6), [[id(9)]])
  })

  it("tells what failed by conversation, the same map until that changes", () => {
    const outbox = new Outbox()
    for (const n of [1, 2]) add(outbox, n, "a")
    add(outbox, 3, "b", other)
    take(outbox, 0)
    const before = outbox.failed
    assert.strictEqual(before.size, 0)
    outbox.accepted(other, id(3))
    assert.strictEqual(outbox.failed, before)
    outbox.refused(room, id(1), "not_found")
    outbox.refused(room, id(2), "not_found")
    assert.deepStrictEqual([...outbox.failed], [[room, outbox.rows(room)]])
    assert.strictEqual(outbox.failed, outbox.failed)
    const kept = outbox.takeChanges().put
    outbox.withdraw(id(1))
    outbox.retry(id(2), id(9), 1, epoch)
    assert.strictEqual(outbox.failed.size, 0)
    const restored = new Outbox()
    assert.strictEqual(restored.failed.size, 0)
    restored.restore(kept)
    assert.deepStrictEqual([...restored.failed.keys()], [room])
    const adopting = new Outbox()
    assert.strictEqual(adopting.failed.size, 0)
    adopting.adopt(kept, null)
    assert.deepStrictEqual([...adopting.failed.keys()], [room])
  })

  it("what is already so counts as done", () => {
    const outbox = new Outbox()
    add(outbox, 1, { kind: "react", target: 4, emoji: "👍", on: true })
    take(outbox, 0)
    outbox.refused(room, id(1), "no_change")
    assert.strictEqual(outbox.size, 0)
  })

  it("a frame of which one row could not be read was not taken: the others go again at once", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, "b")
    take(outbox, 0)
    outbox.refused(room, id(2), "blank")
    assert.deepStrictEqual(take(outbox, 1), [[id(1)]])
  })

  it("answers to other ids, or of another conversation, change nothing", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    take(outbox, 0)
    outbox.accepted(other, id(1))
    outbox.refused(other, id(1), "forbidden")
    outbox.accepted(room, id(7))
    outbox.busy(other, "busy", 10, 0)
    assert.strictEqual(outbox.row(id(1))?.state, "sent")
  })

  it("in a new epoch posts go again, and what names a number of the old one fails", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, { kind: "post", text: "reply", replyTo: 3 })
    add(outbox, 3, { kind: "edit", target: 3, text: "x" })
    take(outbox, 0)
    add(outbox, 4, { kind: "react", target: 3, emoji: "👍", on: true })
    outbox.disconnected()
    outbox.enterEpoch(laterEpoch)
    assert.deepStrictEqual(take(outbox, 1), [[id(1)]])
    for (const n of [2, 3, 4]) assert.deepInclude(outbox.row(id(n)), { state: "failed", code: "epoch_changed" })
    // The reply may be stored: it can be withdrawn, or sent again as it is stored at most once.
    assert.isUndefined(outbox.withdraw(id(2)))
    assert.strictEqual(outbox.row(id(2))?.state, "withdrawn")
    assert.strictEqual(outbox.retry(id(3), id(9), 0, laterEpoch), "not_possible")
    assert.isUndefined(outbox.withdraw(id(4)))
    assert.isUndefined(outbox.row(id(4)))
  })

  it("a reply of the old epoch is retried under its own id without its target", () => {
    const outbox = new Outbox()
    add(outbox, 1, { kind: "post", text: "reply", replyTo: 3 })
    take(outbox, 0)
    outbox.disconnected()
    outbox.enterEpoch(laterEpoch)
    outbox.retry(id(1), id(9), 0, laterEpoch)
    assert.deepStrictEqual(outbox.takeFrames(1), [
      { op: "post", conversationId: room, posts: [{ id: id(1), text: "reply" }] }
    ])
  })

  it("what is stored as something else under its id goes under no other one: it may be withdrawn", () => {
    const outbox = new Outbox()
    add(outbox, 1, "a")
    add(outbox, 2, { kind: "post", text: "reply", replyTo: 3 })
    take(outbox, 0)
    outbox.refused(room, id(1), "conflict")
    outbox.disconnected()
    outbox.enterEpoch(laterEpoch)
    outbox.retry(id(2), id(9), 0, laterEpoch)
    take(outbox, 1)
    outbox.refused(room, id(2), "conflict")
    for (const n of [1, 2]) {
      assert.strictEqual(outbox.retry(id(n), id(9), 2, laterEpoch), "not_possible")
      assert.deepInclude(outbox.row(id(n)), { state: "failed", code: "conflict", handedOver: true })
      assert.isUndefined(outbox.withdraw(id(n)))
      assert.deepStrictEqual(outbox.takeFrames(3), [{ op: "withdraw", id: id(n), conversationId: room }])
      outbox.refused(room, id(n), "withdrawn")
    }
    assert.strictEqual(outbox.size, 0)
  })

  it("what was refused in an old epoch does not go again at a number of the new one", () => {
    const outbox = new Outbox()
    add(outbox, 1, { kind: "delete", target: 5 })
    add(outbox, 2, { kind: "post", text: "reply", replyTo: 5 })
    for (const n of [1, 2]) {
      take(outbox, 0)
      outbox.refused(room, id(n), "forbidden")
    }
    outbox.enterEpoch(laterEpoch)
    assert.strictEqual(outbox.retry(id(1), id(9), 0, laterEpoch), "not_possible")
    assert.strictEqual(outbox.row(id(1))?.state, "failed")
    // Refused, so not stored: its text goes under a fresh id.
    outbox.retry(id(2), id(8), 0, laterEpoch)
    assert.deepStrictEqual(outbox.takeFrames(1), [
      { op: "post", conversationId: room, posts: [{ id: id(8), text: "reply" }] }
    ])
  })

  it("what is retried before any store was met fails when that has another epoch", () => {
    const outbox = new Outbox()
    add(outbox, 1, { kind: "delete", target: 5 })
    take(outbox, 0)
    outbox.refused(room, id(1), "forbidden")
    outbox.retry(id(1), id(9), 0, null)
    outbox.enterEpoch(laterEpoch)
    assert.deepInclude(outbox.row(id(9)), { state: "failed", code: "epoch_changed" })
  })

  it("is bounded per conversation and in all, and says so", () => {
    const outbox = new Outbox()
    for (let n = 0; n < outboxBounds.perConversation; n++) add(outbox, n, "a")
    assert.strictEqual(add(outbox, 5_000, "a"), "outbox_full")
    let n = 100_000
    for (let c = 1; c < 10; c++)
      for (let i = 0; i < 1_000; i++) add(outbox, n++, "a", ConversationId.make(uuid(0xc000 + c)))
    assert.strictEqual(outbox.size, outboxBounds.inAll)
    assert.strictEqual(add(outbox, n, "a", other), "outbox_full")
  })

  it("rows added before the store was read go behind those that it kept", () => {
    const before = new Outbox()
    add(before, 1, "a")
    add(before, 2, "b")
    const kept = before.takeChanges().put
    const outbox = new Outbox()
    add(outbox, 3, "c")
    outbox.restore([...kept].reverse())
    assert.deepStrictEqual(take(outbox, 0), [[id(1), id(2), id(3)]])
  })

  it("takes over rows of another outbox behind its own, once, as far as there is room, and tells the store", () => {
    const [outbox, other] = [new Outbox(), new Outbox()]
    add(outbox, 1, "mine")
    add(other, 2, "sent by the other")
    add(other, 3, "queued there")
    other.takeFrames(0)
    add(other, 4, "last")
    outbox.takeChanges()
    const taken = outbox.adopt(other.rows(room), null)
    assert.deepStrictEqual(
      taken.map((row) => [row.state, row.handedOver]),
      [
        ["sent", true],
        ["sent", true],
        ["queued", false]
      ]
    )
    assert.deepStrictEqual(outbox.adopt(other.rows(room), null), [])
    assert.deepStrictEqual(
      outbox.rows(room).map((row) => (row.body.kind === "post" ? row.body.text : "")),
      ["mine", "sent by the other", "queued there", "last"]
    )
    assert.strictEqual(outbox.takeChanges().put.length, 3)
    for (let n = 10; outbox.rows(room).length < outboxBounds.perConversation; n++) add(outbox, n, "a")
    const late = new Outbox()
    add(late, 5_000, "no room")
    assert.deepStrictEqual(outbox.adopt(late.rows(room), null), [])
  })
})
