/** How many unread messages mention the user, as a device counts them by events between two readings of the line. */
import { assert, describe, it } from "@effect/vitest"
import { Feed } from "../../src/client/feed/Feed.ts"
import { PersonalFeed } from "../../src/client/list/PersonalFeed.ts"
import { ClientLogs } from "../../src/client/loop/ClientLogs.ts"
import { Outbox } from "../../src/client/outbox/Outbox.ts"
import type { ConversationSummary, PersonalSnapshot } from "../../src/domain/Conversation.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { CommandId, Epoch } from "../../src/domain/Ids.ts"
import type { MessageRow } from "../../src/domain/MessageRow.ts"
import { friend, me, room, uuid } from "./scriptedServer.ts"

const base = (seq: number, by = friend) => ({ seq, id: CommandId.make(uuid(0x1_000 + seq)), by, at: seq })
const posted = (seq: number, text = `t${seq}`, by = friend): LogEvent => ({ ...base(seq, by), kind: "posted", text })
const blankedPost = (seq: number): LogEvent => ({ ...base(seq), kind: "posted", text: "", blanked: true })
const blankedEdit = (seq: number, target: number): LogEvent => ({
  ...base(seq),
  kind: "edited",
  target,
  text: "",
  blanked: true
})
const edited = (seq: number, target: number, text: string, by = friend): LogEvent => ({
  ...base(seq, by),
  kind: "edited",
  target,
  text
})
const deleted = (seq: number, target: number, by = friend): LogEvent => ({ ...base(seq, by), kind: "deleted", target })
const cell = (readUpTo: number) => ({ conversationId: room, asOf: 4, readUpTo })
const row = (seq: number, text = `t${seq}`, rest: Partial<MessageRow> = {}): MessageRow => ({
  ...{ ...base(seq), rev: seq, kind: "posted", text },
  ...rest
})
const summaryOf = (fields: Partial<ConversationSummary>): ConversationSummary => ({
  ...{ conversationId: room, kind: "group", title: "t", role: "member", history: "all", members: 3 },
  ...{ head: 0, visibleFrom: 1, readUpTo: 0, unread: 0 },
  ...fields
})
const snapshotOf = (asOf: number, ...conversations: ReadonlyArray<ConversationSummary>): PersonalSnapshot => ({
  epoch: Epoch.make(uuid(1)),
  asOf,
  me: { userId: me, handle: "me", displayName: "Me", admin: false, invisible: false },
  conversations
})
const unknown = () => undefined

/** A list of one line, as it was read. */
const listOf = (fields: Partial<ConversationSummary>) => {
  const feed = new PersonalFeed(me)
  feed.snapshot(snapshotOf(4, summaryOf(fields)))
  feed.takeWanted()
  return {
    feed,
    mentions: () => feed.conversation(room)?.summary.mentions,
    hear: (...events: ReadonlyArray<LogEvent>) => feed.conversationEvents(room, events, unknown),
    reads: (line: Partial<ConversationSummary>) => feed.summary(summaryOf(line), feed.cursor, unknown),
    /** Whether the line is to be read anew. */
    asks: () => feed.takeWanted().conversations.length > 0
  }
}

describe("mentions of the user", () => {
  it("are others' unread messages whose text holds the handle, and the line is the same object until something of it changes", () => {
    const { feed, hear, mentions } = listOf({ head: 10, readUpTo: 8, unread: 2, mentions: 1 })
    assert.strictEqual(mentions(), 1)
    hear(posted(11, "hi @me"), posted(12, "hi @me", me), posted(13, "hi @mee"), posted(14, "＠ME!"))
    assert.deepInclude(feed.conversation(room)?.summary, { unread: 5, mentions: 3 })
    const before = feed.conversation(room)?.summary
    feed.events([{ ...base(5, me), kind: "profileChanged", displayName: "Other" }])
    assert.strictEqual(feed.conversation(room)?.summary, before)
    assert.isTrue(feed.readHere(room, 14, unknown))
    assert.notProperty(feed.conversation(room)?.summary, "mentions")
  })

  it("are none in a direct conversation, whatever is told", () => {
    const { asks, hear, mentions } = listOf({ kind: "direct", head: 3, unread: 1, mentions: 1 })
    hear(posted(4, "@me"), posted(5), edited(6, 5, "@me"), edited(7, 2, "@me"))
    assert.isUndefined(mentions())
    assert.isFalse(asks())
  })

  it("come and go with edits and deletions of what came since the reading, and nothing is asked", () => {
    const { asks, hear, mentions } = listOf({ head: 10, unread: 3, mentions: 1 })
    hear(posted(11), posted(12, "@me"), edited(13, 11, "now @me"))
    assert.strictEqual(mentions(), 3)
    hear(edited(14, 11, "once more @me"), edited(15, 12, "nobody"), edited(16, 99, "not here yet"))
    assert.strictEqual(mentions(), 2)
    hear(deleted(17, 11), deleted(18, 12))
    assert.strictEqual(mentions(), 1)
    assert.isFalse(asks())
  })

  it("are not looked for in what was read, what is not visible, and the user's own", () => {
    const { asks, hear, mentions } = listOf({ head: 10, readUpTo: 5, visibleFrom: 8, unread: 2, mentions: 1 })
    hear(edited(11, 5, "@me"), edited(12, 7, "@me"), edited(13, 9, "@me", me), deleted(14, 5), deleted(15, 7))
    assert.strictEqual(mentions(), 1)
    assert.isFalse(asks())
  })

  it("follow an edit below a reading of none, as the text did not mention the user before", () => {
    const { asks, hear, mentions } = listOf({ head: 10, unread: 3 })
    hear(edited(11, 4, "nobody"))
    assert.isUndefined(mentions())
    hear(edited(12, 4, "@me"))
    assert.strictEqual(mentions(), 1)
    assert.isFalse(asks())
  })

  it("are read anew for an edit or deletion below a reading of some, as the text of before is not known", () => {
    for (const change of [edited(11, 4, "nobody"), edited(11, 4, "@me"), deleted(11, 4)]) {
      const { asks, feed, hear, mentions, reads } = listOf({ head: 10, unread: 3, mentions: 2 })
      feed.conversationEvents(room, [change], (seq) => row(seq, ""))
      assert.strictEqual(mentions(), 2)
      assert.isTrue(asks(), change.kind)
      reads({ head: 11, unread: 2, mentions: 1 })
      assert.strictEqual(mentions(), 1)
      // What it said was heard by now, if it says anything.
      hear(edited(12, 4, "nobody"))
      assert.strictEqual(asks(), change.kind === "deleted")
    }
  })

  it("are known across readings by what was heard of a text, so that one who edits again and again costs nothing", () => {
    const { asks, hear, mentions, reads } = listOf({ head: 10, unread: 3, mentions: 2 })
    hear(posted(11, "@me"))
    reads({ head: 11, unread: 4, mentions: 3 })
    for (let seq = 12; seq < 30; seq += 2) {
      hear(edited(seq, 11, "nobody"))
      assert.strictEqual(mentions(), 2)
      reads({ head: seq, unread: 4, mentions: 2 })
      hear(edited(seq + 1, 11, "@me"))
      assert.strictEqual(mentions(), 3)
      reads({ head: seq + 1, unread: 4, mentions: 3 })
    }
    assert.isFalse(asks())
    // An answer that is older than what was heard since.
    hear(edited(30, 11, "nobody"), posted(31, "@me"), deleted(32, 31))
    reads({ head: 30, unread: 4, mentions: 2 })
    assert.strictEqual(mentions(), 2)
    assert.isFalse(asks())
  })

  it("of a text that was heard are not known across a jump, or of a text that was blanked", () => {
    const jumped = listOf({ head: 10, unread: 1 })
    jumped.hear(posted(11))
    jumped.reads({ head: 20, unread: 9, mentions: 2 })
    jumped.feed.conversationJumped(room, 15)
    jumped.hear(posted(16), posted(17), posted(18), posted(19), posted(20))
    assert.isFalse(jumped.asks())
    jumped.hear(edited(21, 11, "nobody"))
    assert.isTrue(jumped.asks())
    // What a reading counts that is older than the deletion, by a text that the log has no more.
    const blanked = listOf({ head: 12, unread: 2, mentions: 2 })
    blanked.hear(blankedPost(11), posted(12, "@me"))
    blanked.feed.conversationEvents(room, [deleted(13, 11)], (seq) => row(seq, ""))
    assert.strictEqual(blanked.mentions(), 2)
    assert.isTrue(blanked.asks())
  })

  it("of a message whose edit was blanked go with its deletion", () => {
    const { asks, feed, mentions } = listOf({ head: 10 })
    const rows = (seq: number) => row(seq, "")
    feed.conversationEvents(room, [posted(11, "@me"), blankedEdit(12, 11)], rows)
    assert.strictEqual(mentions(), 1)
    feed.conversationEvents(room, [deleted(13, 11)], rows)
    assert.isUndefined(mentions())
    assert.isFalse(asks())
  })

  it("are not lost with an own message that is deleted", () => {
    const { asks, feed, mentions, reads, hear } = listOf({ head: 10 })
    hear(posted(11, "I, @me", me), posted(12, "@me"))
    reads({ head: 12, unread: 1, mentions: 1 })
    feed.conversationEvents(room, [deleted(13, 11)], (seq) => row(seq, "", { by: me }))
    feed.conversationEvents(room, [deleted(14, 4)], (seq) => row(seq, "", { by: me }))
    assert.strictEqual(mentions(), 1)
    assert.isFalse(asks())
    hear(deleted(15, 11))
    assert.strictEqual(mentions(), 1)
  })

  it("above a new read cursor are counted where the rows are held, else estimated, and read anew once the server knows of it", () => {
    const { asks, feed, mentions } = listOf({ head: 10, unread: 10, mentions: 5 })
    assert.isTrue(feed.readHere(room, 6, (from, to, counts) => (counts === undefined ? to - from + 1 : 2)))
    assert.deepInclude(feed.conversation(room)?.summary, { unread: 4, mentions: 2 })
    feed.cell(cell(6))
    assert.isFalse(asks())
    assert.isTrue(feed.readHere(room, 9, (from, to, counts) => (counts === undefined ? to - from + 1 : undefined)))
    assert.deepInclude(feed.conversation(room)?.summary, { unread: 1, mentions: 1 })
    assert.isFalse(asks())
    feed.cell(cell(9))
    assert.isTrue(asks())
    assert.isTrue(feed.readHere(room, 10, unknown))
    assert.isUndefined(mentions())
  })

  it("are counted in rows as of the reading only where nothing changes these afterwards", () => {
    const { asks, feed, hear, mentions, reads } = listOf({ head: 6, unread: 6, mentions: 2 })
    hear(posted(7), posted(8))
    feed.readHere(room, 5, unknown)
    feed.cell(cell(5))
    assert.isTrue(asks())
    hear(edited(9, 7, "@me"))
    // The rows are held as the edit left them, and it would be counted once more.
    feed.summary(summaryOf({ head: 8, unread: 8, mentions: 2 }), 4, (from, to, counts) =>
      counts === undefined ? to - from + 1 : 1
    )
    assert.isTrue(asks())
    reads({ head: 9, readUpTo: 5, unread: 3, mentions: 1 })
    assert.strictEqual(mentions(), 1)
    assert.isFalse(asks())
  })

  it("are asked for again where a line was read before it was known who the user is", () => {
    const feed = new PersonalFeed(me)
    feed.behind(3)
    feed.events([{ ...base(4, me), kind: "added", conversationId: room }])
    feed.summary(summaryOf({ head: 3 }), 4, unknown)
    feed.conversationEvents(room, [posted(4, "@me")], unknown)
    assert.isUndefined(feed.conversation(room)?.summary.mentions)
    assert.isTrue(feed.takeWanted().snapshot)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 2 })))
    assert.deepStrictEqual(feed.takeWanted(), { snapshot: false, conversations: [room] })
    feed.summary(summaryOf({ head: 3 }), 4, unknown)
    assert.strictEqual(feed.conversation(room)?.summary.mentions, 1)
  })
})

describe("rows that a device holds", () => {
  const held = (...rows: ReadonlyArray<MessageRow>) => {
    const feed = new Feed(room, me)
    feed.behind(4)
    feed.page({ rows, asOf: 4, moreBefore: false, moreAfter: false }, {})
    return feed
  }
  const mentionsMe = (text: string) => text.includes("@me")

  it("are counted by their texts as of its cursor, without its user's own", () => {
    const feed = held(row(1, "@me"), row(2, "@me", { by: me }), row(3), row(4, "", { rev: 9, deleted: true }))
    assert.strictEqual(feed.countOthers(1, 3, mentionsMe), 1)
    feed.events([edited(5, 3, "@me")])
    assert.strictEqual(feed.countOthers(1, 3, mentionsMe), 2)
    assert.isUndefined(feed.countOthers(1, 6, mentionsMe))
    // It is deleted only later, and what it said until then is gone.
    assert.deepStrictEqual([feed.countOthers(1, 4), feed.countOthers(1, 4, mentionsMe)], [3, undefined])
  })

  it("are not counted by a text that is ahead of its cursor", () => {
    const feed = held(row(1, "@me", { rev: 6 }), row(2), row(3), row(4))
    assert.deepStrictEqual([feed.countOthers(1, 4), feed.countOthers(1, 4, mentionsMe)], [4, undefined])
    feed.events([posted(5), edited(6, 1, "@me")])
    assert.strictEqual(feed.countOthers(1, 4, mentionsMe), 1)
  })
})

describe("a device", () => {
  it("counts mentions of its user among the rows that it holds, and in what the stream brings", () => {
    const logs = new ClientLogs(new Outbox(), {
      ...{ markedAnew: () => undefined, posted: () => undefined },
      ...{ listed: () => undefined, forgotten: () => undefined }
    })
    logs.enter(me, Epoch.make(uuid(1)))
    logs.snapshot(snapshotOf(2, summaryOf({ head: 4, unread: 4, mentions: 3 })))
    logs.open(room)
    logs.page(
      room,
      { rows: [row(1, "@me"), row(2, "@me"), row(3), row(4, "@me")], asOf: 4, moreBefore: false, moreAfter: false },
      {}
    )
    const line = () => logs.personal?.conversation(room)?.summary
    logs.frame({ op: "events", conversationId: room, events: [posted(5, "@me"), posted(6)] })
    assert.deepInclude(line(), { unread: 6, mentions: 4 })
    assert.isTrue(logs.readHere(room, 1))
    assert.deepInclude(line(), { unread: 5, mentions: 3 })
    logs.cells([cell(1)])
    assert.deepStrictEqual(logs.personal?.takeWanted().conversations, [])
    assert.isTrue(logs.readHere(room, 6))
    assert.notProperty(line(), "mentions")
  })
})
