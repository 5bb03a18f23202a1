import { assert, describe, it } from "@effect/vitest"
import { ClientLogs } from "../../../src/client/loop/ClientLogs.ts"
import { Outbox } from "../../../src/client/outbox/Outbox.ts"
import type { ConversationSummary } from "../../../src/domain/Conversation.ts"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { CommandId, ConversationId, Epoch } from "../../../src/domain/Ids.ts"
import { friend, me, room, uuid } from "../scriptedServer.ts"

const personal = ConversationId.make(me)
const base = (seq: number) => ({ seq, id: CommandId.make(uuid(0x1_000 + seq)), by: friend, at: seq })
const posted = (seq: number): LogEvent => ({ ...base(seq), kind: "posted", text: `t${seq}` })
const line = (head: number): ConversationSummary => ({
  ...{ conversationId: room, kind: "group", title: "t", role: "member", history: "all", members: 2, head },
  ...{ visibleFrom: 1, readUpTo: 0, unread: 0 }
})
const accepted = (seq: number) =>
  ({ op: "accepted", id: CommandId.make(uuid(0x2_000 + seq)), conversationId: room, seq, at: seq }) as const

/** A device that stands at 3 in the room. */
const standing = (outbox = new Outbox()) => {
  const logs = new ClientLogs(outbox, {
    markedAnew: () => undefined,
    posted: () => undefined,
    listed: () => undefined,
    forgotten: () => undefined
  })
  const epoch = Epoch.make(uuid(1))
  logs.enter(me, epoch)
  logs.snapshot({
    ...{ epoch, asOf: 2, me: { userId: me, handle: "me", displayName: "Me", admin: false, invisible: false } },
    conversations: [line(3)]
  })
  return logs
}
/** What it asks for again. */
const asked = (logs: ClientLogs) => logs.book.takeRanges(0, 10).map(([, { from, to }]) => [from, to])
const rejoin = (logs: ClientLogs) =>
  logs.frame({
    op: "events",
    conversationId: personal,
    events: [
      { ...base(3), kind: "removed", conversationId: room },
      { ...base(4), kind: "added", conversationId: room }
    ]
  })

describe("a device that hears of a removal and an addition after the stream that came of them had begun", () => {
  it("goes on where that stream stands", () => {
    const logs = standing()
    logs.frame({ op: "behind", conversationId: room, head: 18 })
    rejoin(logs)
    assert.isUndefined(logs.feed(room))
    logs.frame(accepted(19))
    logs.frame(accepted(20))
    logs.summary(line(18), 4)
    // Its own events were told by their answers alone, whose commands are not known any more.
    assert.deepStrictEqual(asked(logs), [[19, 20]])
    logs.frame({ op: "events", conversationId: room, events: [posted(19), posted(20), posted(21)] })
    assert.strictEqual(logs.feed(room)?.cursor, 21)
  })

  it("keeps nothing of a conversation whose stream goes on to the end of the membership", () => {
    const outbox = new Outbox()
    const logs = standing(outbox)
    const id = CommandId.make(uuid(0x2_005))
    outbox.add({ id, conversationId: room, epoch: logs.epoch, at: 0, body: { kind: "post", text: "the last word" } })
    outbox.takeFrames(0)
    logs.frame({
      op: "events",
      conversationId: personal,
      events: [{ ...base(3), kind: "removed", conversationId: room }]
    })
    logs.frame({ op: "events", conversationId: room, events: [{ ...base(4), kind: "left", userId: me }] })
    logs.frame(accepted(5))
    assert.isUndefined(outbox.row(id))
    assert.isUndefined(logs.feed(room))
    assert.deepStrictEqual(logs.cursors(), [[personal, 3]])
    assert.deepInclude(logs.kept.takeChange(logs.epoch, logs.personal), { feeds: [], gone: [room] })
    // Joined again, it begins where the stream stands by now.
    logs.frame({
      op: "events",
      conversationId: personal,
      events: [{ ...base(4), kind: "added", conversationId: room }]
    })
    logs.summary(line(7), 4)
    logs.frame({ op: "events", conversationId: room, events: [posted(6), posted(7), posted(8)] })
    assert.strictEqual(logs.feed(room)?.cursor, 8)
  })

  it("begins with the log that stands in the place of the one that it left", () => {
    const logs = standing()
    logs.frame({
      op: "events",
      conversationId: personal,
      events: [{ ...base(3), kind: "removed", conversationId: room }]
    })
    logs.frame({ op: "reset", conversationId: room, head: 1 })
    logs.frame({
      op: "events",
      conversationId: personal,
      events: [{ ...base(4), kind: "added", conversationId: room }]
    })
    logs.frame({ op: "events", conversationId: room, events: [posted(2)] })
    assert.strictEqual(logs.feed(room)?.row(2)?.text, "t2")
  })

  it("keeps nothing for an answer about a conversation that it left meanwhile", () => {
    const logs = standing()
    logs.frame({
      op: "events",
      conversationId: personal,
      events: [{ ...base(3), kind: "removed", conversationId: room }]
    })
    logs.summary(line(3), 2)
    assert.isUndefined(logs.feed(room))
    assert.deepStrictEqual(logs.cursors(), [[personal, 3]])
  })

  it("asks again for what it held behind a hole, and shows nothing of before", () => {
    const logs = standing()
    logs.frame({ op: "events", conversationId: room, events: [posted(4), posted(6)] })
    rejoin(logs)
    logs.summary(line(4), 4)
    assert.deepStrictEqual(asked(logs), [[5, 6]])
    assert.strictEqual(logs.feed(room)?.size, 0)
    assert.deepStrictEqual(logs.feed(room)?.gaps, [{ from: 1, to: 4 }])
  })

  it("begins anew on the next socket", () => {
    const logs = standing()
    logs.frame({ op: "behind", conversationId: room, head: 18 })
    rejoin(logs)
    logs.disconnected()
    logs.summary(line(12), 4)
    assert.strictEqual(logs.feed(room)?.cursor, 12)
  })
})

describe("an answer to an own command", () => {
  it("behind a hole stands for its event, too", () => {
    const logs = standing()
    logs.frame({ op: "events", conversationId: room, events: [posted(5)] })
    logs.frame(accepted(6))
    assert.deepStrictEqual(asked(logs), [[4, 4]])
    logs.frame({ op: "events", conversationId: room, events: [posted(4)] })
    assert.deepStrictEqual(asked(logs), [[6, 6]])
  })

  it("whose place was jumped over is shown where somebody looks, until the newest rows have come", () => {
    const outbox = new Outbox()
    const logs = standing(outbox)
    const id = accepted(8).id
    outbox.add({ id, conversationId: room, epoch: logs.epoch, at: 0, body: { kind: "post", text: "mine" } })
    outbox.takeFrames(0)
    logs.open(room)
    logs.frame({ op: "behind", conversationId: room, head: 10 })
    logs.frame(accepted(8))
    assert.deepStrictEqual(
      logs.ahead(room).map((row) => row.id),
      [id]
    )
    const row = { kind: "posted", text: "mine", seq: 8, rev: 8, id, by: me, at: 8 } as const
    logs.page(room, { rows: [row], asOf: 10, moreBefore: true, moreAfter: false }, {})
    assert.deepStrictEqual(logs.ahead(room), [])
    assert.strictEqual(logs.feed(room)?.row(8)?.text, "mine")
  })

  it("that is farther ahead has its event still to come, and nothing is asked for", () => {
    const logs = standing()
    logs.frame(accepted(6))
    assert.deepStrictEqual(asked(logs), [])
  })
})
