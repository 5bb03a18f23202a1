import { assert, describe, it } from "@effect/vitest"
import { ClientCore } from "../../src/client/loop/ClientCore.ts"
import type { ConversationSummary } from "../../src/domain/Conversation.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { CommandId, ConversationId, Epoch } from "../../src/domain/Ids.ts"
import { device, friend, instance, me, room, uuid } from "./scriptedServer.ts"

const personal = ConversationId.make(me)
const base = (seq: number) => ({ seq, id: CommandId.make(uuid(0x1_000 + seq)), by: friend, at: seq })
const posted = (seq: number): LogEvent => ({ ...base(seq), kind: "posted", text: `t${seq}` })
const line = (
  head: number,
  readUpTo: number,
  unread: number,
  more: Partial<ConversationSummary> = {}
): ConversationSummary => ({
  ...{ conversationId: room, kind: "direct", title: "t", role: "member", history: "all", members: 2, visibleFrom: 1 },
  ...{ head, readUpTo, unread },
  ...more
})
const epoch = Epoch.make(uuid(1))
const snapshot = (core: ClientCore, asOf: number, ...conversations: ReadonlyArray<ConversationSummary>) =>
  core.logs.snapshot({
    ...{ epoch, asOf, me: { userId: me, handle: "me", displayName: "Me", admin: false, invisible: false } },
    conversations
  })
const entered = () => {
  const core = new ClientCore({ device, instance })
  core.enter(me, epoch)
  return core
}
/** A device that holds the room up to 100 and has read all of it, at 10 of its personal log. */
const standing = () => {
  const core = entered()
  snapshot(core, 10, line(99, 99, 0))
  core.logs.frame({ op: "events", conversationId: room, events: [posted(100)] })
  core.read(room, 100, 0)
  core.logs.personal?.takeWanted()
  return core
}
const reset = (core: ClientCore, conversationId: ConversationId, head: number) =>
  core.logs.frame({ op: "reset", conversationId, head })
const bring = (core: ClientCore, ...seqs: ReadonlyArray<number>) =>
  core.logs.frame({ op: "events", conversationId: room, events: seqs.map(posted) })
const shown = (core: ClientCore) => {
  const { head, readUpTo, unread } = core.logs.personal?.conversation(room)?.summary ?? {}
  return [head, readUpTo, unread]
}
const wanted = (core: ClientCore) => core.logs.personal?.takeWanted().conversations
const told = (core: ClientCore) => core.reads.take(1e9, 9).map(({ seq }) => seq)
const acknowledged = (core: ClientCore) => core.logs.book.takeAcknowledgements(() => true)

describe("a log that goes on below what is held of it, its numbers given anew", () => {
  it("has the line that is read anew, which the old one is shown until", () => {
    const core = standing()
    reset(core, room, 50)
    assert.deepStrictEqual(shown(core), [100, 100, 0])
    assert.deepStrictEqual(wanted(core), [room])
    core.logs.summary(line(50, 40, 10), 10)
    bring(core, 51, 52)
    assert.deepStrictEqual(shown(core), [52, 40, 12])
    assert.deepStrictEqual(wanted(core), [])
  })

  it("has its line asked for again when more came before it", () => {
    const core = standing()
    reset(core, room, 50)
    bring(core, 51, 52)
    wanted(core)
    core.logs.summary(line(50, 40, 10), 10)
    assert.deepStrictEqual(wanted(core), [room])
    core.logs.summary(line(52, 40, 12), 10)
    assert.deepStrictEqual([shown(core), wanted(core)], [[52, 40, 12], []])
  })

  it("has its line from a list that comes first", () => {
    const core = standing()
    reset(core, room, 50)
    snapshot(core, 11, line(50, 40, 10))
    assert.deepStrictEqual(shown(core), [50, 40, 10])
  })

  it("is told of no place of before, and is acknowledged from its new one", () => {
    const core = standing()
    core.hints.frame(
      { op: "cursors", conversationId: room, userId: friend, read: 100 },
      { userId: me, blocked: new Set() },
      0
    )
    assert.deepStrictEqual(acknowledged(core), [[room, 100]])
    reset(core, room, 50)
    assert.deepStrictEqual(told(core), [])
    assert.isUndefined(core.hints.marks(room))
    assert.deepStrictEqual(acknowledged(core), [[room, 50]])
    bring(core, 51)
    assert.deepStrictEqual(acknowledged(core), [[room, 51]])
  })

  it("is not told of a place of before that a store had kept", () => {
    const core = entered()
    core.logs.restore(epoch, [[room, 100]])
    core.reads.restore([[room, 100]])
    reset(core, room, 50)
    snapshot(core, 11, line(50, 40, 10))
    assert.deepStrictEqual([told(core), shown(core)], [[], [50, 40, 10]])
  })

  it("is not told of one beside a cursor that had been kept before it, and of one within the log is", () => {
    const toldOf = (upTo: number) => {
      const core = entered()
      core.logs.restore(epoch, [[room, 45]])
      core.reads.restore([[room, upTo]])
      snapshot(core, 11, line(50, 40, 10))
      return told(core)
    }
    assert.deepStrictEqual([toldOf(100), toldOf(48)], [[], [48]])
  })

  it("shows an own message no longer whose answer named a place of before", () => {
    const core = standing()
    const id = CommandId.make(uuid(0x2_000))
    core.outbox.add({ id, conversationId: room, epoch, at: 0, body: { kind: "post", text: "mine" } })
    core.outbox.takeFrames(0)
    core.logs.frame({ op: "accepted", id, conversationId: room, seq: 103, at: 0 })
    assert.strictEqual(core.logs.ahead(room).length, 1)
    reset(core, room, 50)
    assert.deepStrictEqual(core.logs.ahead(room), [])
  })

  it("keeps what was read where the log goes on above it", () => {
    const core = standing()
    reset(core, room, 150)
    assert.deepStrictEqual(told(core), [100])
  })

  it("being the personal one has every line as the list has it that is read anew", () => {
    const core = standing()
    reset(core, personal, 5)
    assert.deepStrictEqual(shown(core), [100, 100, 0])
    snapshot(core, 6, line(50, 40, 10, { markedUnreadAt: 45, markedSeq: 5, muted: true }))
    assert.deepStrictEqual(shown(core), [50, 40, 10])
    assert.deepInclude(core.logs.personal?.conversation(room)?.summary, { markedUnreadAt: 45, muted: true })
    assert.deepStrictEqual(told(core), [])
  })

  it("being the personal one is told once more what was read, and is acknowledged from its new place", () => {
    const core = standing()
    core.logs.frame({ op: "behind", conversationId: personal, head: 20 })
    assert.deepInclude(acknowledged(core), [personal, 20])
    reset(core, personal, 5)
    snapshot(core, 5, line(100, 40, 60))
    assert.deepStrictEqual(told(core), [100])
    assert.deepStrictEqual(acknowledged(core), [[personal, 5]])
  })
})

describe("what a list releases that was held behind a hole of the personal log", () => {
  it("is told as what comes in order: a mark set by hand is not taken away by what was read before it", () => {
    const core = standing()
    core.logs.frame({
      ...{ op: "events", conversationId: personal },
      events: [{ ...base(12), kind: "markedUnread", conversationId: room, upTo: 90 }]
    })
    snapshot(core, 11, line(100, 40, 60))
    assert.strictEqual(core.logs.personal?.cursor, 12)
    assert.deepStrictEqual(told(core), [])
    assert.strictEqual(core.logs.personal?.conversation(room)?.summary.markedUnreadAt, 90)
  })

  it("ends a membership", () => {
    const core = standing()
    core.logs.frame({
      ...{ op: "events", conversationId: personal },
      events: [{ ...base(12), kind: "removed", conversationId: room }]
    })
    snapshot(core, 11, line(100, 40, 60))
    assert.isUndefined(core.logs.feed(room))
    assert.deepStrictEqual(told(core), [])
  })
})
