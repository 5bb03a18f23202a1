import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import type { CountHeld } from "../../../src/client/list/ConversationState.ts"
import { PersonalFeed } from "../../../src/client/list/PersonalFeed.ts"
import type { ConversationSummary, PersonalSnapshot } from "../../../src/domain/Conversation.ts"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { type Flag, type FlagCommandKind, flagFields, flagSetBy, flags } from "../../../src/domain/Flags.ts"
import { CommandId, ConversationId, Epoch } from "../../../src/domain/Ids.ts"
import { Limits } from "../../../src/domain/Limits.ts"
import { isMentioned } from "../../../src/domain/Mentions.ts"
import type { MessageRow } from "../../../src/domain/MessageRow.ts"
import type { ReadCell } from "../../../src/domain/ReadCell.ts"
import { drafts, ModelLog, me, users } from "../modelLog.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
const room = ConversationId.make(uuid(0xc1))
const other = ConversationId.make(uuid(0xc2))
const base = (seq: number) => ({ seq, id: CommandId.make(uuid(0x20_000 + seq)), by: me, at: 1 })
const cell = (asOf: number, readUpTo: number, fields: Partial<ReadCell> = {}): ReadCell => ({
  conversationId: room,
  asOf,
  readUpTo,
  ...fields
})
const markedUnread = (seq: number, upTo: number): LogEvent => ({
  ...base(seq),
  kind: "markedUnread",
  conversationId: room,
  upTo
})
const flagged =
  (flag: Flag) =>
  (seq: number, on: boolean): LogEvent => ({ ...base(seq), kind: flag, conversationId: room, on })
const muted = flagged("muted")
const blocked = (seq: number, on: boolean): LogEvent => ({ ...base(seq), kind: "blocked", userId: users[1], on })
const posted = (seq: number, by = users[1]): LogEvent => ({ ...base(seq), by, kind: "posted", text: `t${seq}` })
const summaryOf = (fields: Partial<ConversationSummary>): ConversationSummary => ({
  conversationId: room,
  kind: "group",
  title: "t",
  role: "member",
  history: "all",
  members: 3,
  head: 0,
  visibleFrom: 1,
  readUpTo: 0,
  unread: 0,
  ...fields
})
const snapshotOf = (asOf: number, ...conversations: ReadonlyArray<ConversationSummary>): PersonalSnapshot => ({
  epoch: Epoch.make(uuid(1)),
  asOf,
  me: { userId: me, handle: "me", displayName: "Me", admin: false, invisible: false },
  conversations
})
const unknown = () => undefined
const unread = (feed: PersonalFeed) => feed.conversation(room)?.summary.unread

describe("whom one blocks", () => {
  it("is what the snapshot says and the events above it, and the same set until it changes", () => {
    const feed = new PersonalFeed(me)
    feed.events([blocked(5, true)])
    feed.snapshot({ ...snapshotOf(4), blocked: [users[2]] })
    assert.deepStrictEqual(feed.blocked, new Set([users[2], users[1]]))
    const [before, { version }] = [feed.blocked, feed]
    feed.events([muted(6, true)])
    assert.strictEqual(feed.blocked, before)
    feed.events([blocked(7, false)])
    assert.deepStrictEqual(feed.blocked, new Set([users[2]]))
    assert.isAbove(feed.version, version)
  })

  it("stays as it was known where a server of before does not say it", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot({ ...snapshotOf(4), blocked: [users[2]] })
    feed.behind(2_000)
    feed.snapshot(snapshotOf(2_000))
    assert.deepStrictEqual(feed.blocked, new Set([users[2]]))
  })
})

describe("the conversation list", () => {
  it("counts others' posts above the read cursor, and a delete lowers the count", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 8, unread: 2 })))
    feed.conversationEvents(room, [posted(11), posted(12, me), posted(13)], unknown)
    assert.strictEqual(unread(feed), 4)
    feed.conversationEvents(room, [{ ...base(14), kind: "deleted", target: 13 }], unknown)
    assert.strictEqual(unread(feed), 3)
    assert.deepInclude(feed.conversation(room)?.summary, { head: 14, readUpTo: 8 })
  })

  it("shows at most 100, and asks again when a count is not known any more", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 200, unread: 100 })))
    feed.takeWanted()
    feed.conversationEvents(room, [posted(201)], unknown)
    assert.strictEqual(unread(feed), Limits.unreadCap)
    assert.deepStrictEqual(feed.takeWanted().conversations, [])
    feed.cell(cell(4, 50))
    assert.deepStrictEqual(feed.takeWanted().conversations, [room])
    assert.deepStrictEqual(feed.takeWanted().conversations, [])
  })

  it("reading to the end needs no question, and counts what is held below it", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 2, unread: 5 })))
    feed.takeWanted()
    assert.isTrue(feed.readHere(room, 6, (from, to) => to - from + 1))
    assert.strictEqual(unread(feed), 4)
    feed.cell(cell(4, 10))
    assert.strictEqual(unread(feed), 0)
    assert.deepStrictEqual(feed.takeWanted().conversations, [])
  })

  it("a mark stays until the next read, and an older answer does not bring it back", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 10 })))
    feed.events([markedUnread(5, 7)])
    assert.strictEqual(feed.conversation(room)?.summary.markedUnreadAt, 7)
    feed.cell(cell(5, 10))
    assert.isUndefined(feed.conversation(room)?.summary.markedUnreadAt)
    feed.summary(summaryOf({ head: 10, readUpTo: 10, markedUnreadAt: 7, markedSeq: 5 }), 5, unknown)
    assert.isUndefined(feed.conversation(room)?.summary.markedUnreadAt)
  })

  it("a mark is not taken away by a read that was told of late, nor brought back by its event after the read", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 8 })))
    feed.events([markedUnread(5, 7)])
    // Stored before the mark, and told after it.
    feed.cell(cell(4, 9))
    assert.deepInclude(feed.conversation(room)?.summary, { readUpTo: 9, markedUnreadAt: 7, markedSeq: 5 })
    // Told before the mark of which it knew.
    feed.cell(cell(6, 9))
    feed.events([markedUnread(6, 7)])
    assert.notProperty(feed.conversation(room)?.summary, "markedUnreadAt")
    feed.cell(cell(7, 9, { markedUnreadAt: 3, markedSeq: 7 }))
    assert.deepInclude(feed.conversation(room)?.summary, { markedUnreadAt: 3, markedSeq: 7 })
    feed.cell(cell(6, 9))
    assert.deepInclude(feed.conversation(room)?.summary, { markedUnreadAt: 3, markedSeq: 7 })
  })

  it("a mark takes back what was read here and not told, and what is unread by then is asked for", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 12, readUpTo: 8, unread: 4 })))
    feed.cell(cell(4, 10))
    feed.takeWanted()
    assert.isTrue(feed.readHere(room, 12, unknown))
    assert.deepInclude(feed.conversation(room)?.summary, { readUpTo: 12, unread: 0 })
    feed.events([markedUnread(5, 9)])
    assert.deepInclude(feed.conversation(room)?.summary, { readUpTo: 10, markedUnreadAt: 9 })
    assert.deepStrictEqual(feed.takeWanted().conversations, [room])
    feed.summary(summaryOf({ head: 12, readUpTo: 10, unread: 2, markedUnreadAt: 9, markedSeq: 5 }), 5, unknown)
    assert.deepInclude(feed.conversation(room)?.summary, { readUpTo: 10, unread: 2, markedUnreadAt: 9 })
    // Read after it, and told of it once more by a snapshot that was on its way: nothing goes back.
    assert.isTrue(feed.readHere(room, 12, unknown))
    feed.snapshot(snapshotOf(5, summaryOf({ head: 12, readUpTo: 10, unread: 2 })))
    assert.deepInclude(feed.conversation(room)?.summary, { readUpTo: 12, unread: 0 })
  })

  for (const flag of flags) {
    const other = flags.find((each) => each !== flag) ?? flag
    it(`a conversation is ${flag} until it is told otherwise, and an older answer changes nothing`, () => {
      const feed = new PersonalFeed(me)
      feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 10 })))
      feed.events([flagged(flag)(5, true), markedUnread(6, 10)])
      assert.isTrue(feed.conversation(room)?.summary[flag])
      feed.summary(summaryOf({ head: 10, readUpTo: 10 }), 4, unknown)
      assert.isTrue(feed.conversation(room)?.summary[flag])
      assert.doesNotHaveAnyKeys(feed.conversation(room)?.summary ?? {}, [other])
      feed.events([flagged(flag)(7, false)])
      assert.doesNotHaveAnyKeys(feed.conversation(room)?.summary ?? {}, [flag])
      feed.summary(summaryOf({ head: 10, readUpTo: 10, [flag]: true }), 6, unknown)
      assert.isUndefined(feed.conversation(room)?.summary[flag])
    })

    it(`is ${flag} as a snapshot says that is newer than the last change of it, whatever was read or changed of it since`, () => {
      const feed = new PersonalFeed(me)
      feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 2, [flag]: true })))
      feed.behind(9)
      feed.events([markedUnread(10, 8), flagged(other)(11, true)])
      feed.snapshot(snapshotOf(9, summaryOf({ head: 10, readUpTo: 2 })))
      assert.isUndefined(feed.conversation(room)?.summary[flag])
      assert.isTrue(feed.conversation(room)?.summary[other])
    })
  }

  it("a mark that a snapshot brought stays when an answer comes that was asked for before it", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 10, readUpTo: 10 })))
    feed.snapshot(snapshotOf(5, summaryOf({ head: 10, readUpTo: 10, markedUnreadAt: 7, markedSeq: 5 })))
    feed.summary(summaryOf({ head: 10, readUpTo: 10 }), 4, unknown)
    assert.strictEqual(feed.conversation(room)?.summary.markedUnreadAt, 7)
  })

  it("asks for a conversation that the user was added to, and drops one that it was removed from", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 1 })))
    feed.takeWanted()
    feed.events([
      { ...base(5), kind: "added", conversationId: other },
      { ...base(6), kind: "removed", conversationId: room }
    ])
    assert.deepStrictEqual(feed.takeWanted(), { snapshot: false, conversations: [other] })
    feed.summary(summaryOf({ conversationId: other, head: 1 }), 6, unknown)
    assert.deepStrictEqual(
      feed.conversations().map((state) => state.conversationId),
      [other]
    )
  })

  it("takes in what is told of a conversation while it asks for it", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 1 })))
    const added = (seq: number): LogEvent => ({ ...base(seq), kind: "added", conversationId: other })
    const line = summaryOf({ conversationId: other, head: 3, readUpTo: 0, unread: 2 })
    feed.events([added(5)])
    feed.takeWanted()
    feed.cell(cell(5, 3, { conversationId: other }))
    feed.summary(line, 5, unknown)
    assert.deepInclude(feed.conversation(other)?.summary, { readUpTo: 3, unread: 0 })
    // Out and in again: the answer is of the membership before.
    feed.events([{ ...base(6), kind: "removed", conversationId: other }, added(7)])
    feed.takeWanted()
    feed.summary(line, 5, unknown)
    assert.isUndefined(feed.conversation(other))
    assert.deepStrictEqual(feed.takeWanted().conversations, [other])
  })

  it("believes that a conversation is gone only if it was not joined again since that was asked", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 1 })))
    feed.events([
      { ...base(5), kind: "removed", conversationId: room },
      { ...base(6), kind: "added", conversationId: room }
    ])
    feed.takeWanted()
    feed.summary(summaryOf({ head: 3 }), 6, unknown)
    assert.isFalse(feed.gone(room, 5))
    assert.isDefined(feed.conversation(room))
    assert.deepStrictEqual(feed.takeWanted().conversations, [room])
    // A newer reading says again that it is there.
    feed.summary(summaryOf({ head: 3 }), 7, unknown)
    assert.isFalse(feed.gone(room, 6))
    assert.isTrue(feed.gone(room, 7))
    assert.isUndefined(feed.conversation(room))
  })

  it("counts a change of the devices when it may have been told in what was jumped over", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 1 })))
    const first = feed.devicesVersion
    feed.snapshot(snapshotOf(4, summaryOf({ head: 1 })))
    assert.strictEqual(feed.devicesVersion, first)
    feed.behind(9)
    const jumped = feed.devicesVersion
    assert.isAbove(jumped, first)
    feed.snapshot(snapshotOf(12, summaryOf({ head: 1 })))
    assert.isAbove(feed.devicesVersion, jumped)
  })

  it("follows titles, members, roles, the own profile and the devices", () => {
    const feed = new PersonalFeed(me)
    feed.snapshot(snapshotOf(4, summaryOf({ head: 1 })))
    feed.conversationEvents(
      room,
      [
        { ...base(2), kind: "renamed", title: "n" },
        { ...base(3), kind: "joined", userIds: [users[1], users[2]] },
        { ...base(4), kind: "left", userId: users[1] },
        { ...base(5), kind: "roleChanged", userId: me, role: "admin" }
      ],
      unknown
    )
    assert.deepInclude(feed.conversation(room)?.summary, { title: "n", members: 4, role: "admin" })
    feed.events([{ ...base(5), kind: "profileChanged", displayName: "New" }])
    assert.strictEqual(feed.me?.displayName, "New")
  })

  it("an older snapshot is brought up to the cursor by the events since, and asked for again when these are not known", () => {
    const feed = new PersonalFeed(me)
    feed.behind(10)
    feed.cell(cell(10, 3))
    feed.takeWanted()
    feed.snapshot(snapshotOf(9, summaryOf({ head: 3 })))
    assert.isFalse(feed.isKnown)
    assert.isTrue(feed.takeWanted().snapshot)
    feed.snapshot(snapshotOf(10, summaryOf({ head: 3, unread: 2 })))
    assert.deepInclude(feed.conversation(room)?.summary, { readUpTo: 3, unread: 0 })
  })

  it("a snapshot ahead of the stream moves the cursor, but is not acknowledged", () => {
    const feed = new PersonalFeed(me)
    feed.behind(3)
    feed.snapshot(snapshotOf(8, summaryOf({ head: 1 })))
    assert.strictEqual(feed.cursor, 8)
    assert.isAtMost(feed.log.acknowledgeable, 3)
    assert.deepStrictEqual(feed.events([markedUnread(8, 1)]), [])
    feed.events([markedUnread(9, 1)])
    assert.strictEqual(feed.log.acknowledgeable, 9)
  })
})

interface Step {
  readonly do:
    | "grow"
    | "send"
    | "read"
    | "readHere"
    | "mark"
    | FlagCommandKind
    | "tell"
    | "tellCell"
    | "jump"
    | "ask"
    | "answer"
    | "snapshot"
  readonly n: number
}
const step: FastCheck.Arbitrary<Step> = FastCheck.record({
  do: FastCheck.constantFrom(
    "grow",
    "grow",
    "send",
    "send",
    "read",
    "readHere",
    "mark",
    "mute",
    "favourite",
    "tell",
    "tell",
    "tellCell",
    "tellCell",
    "jump",
    "ask",
    "answer",
    "answer",
    "snapshot"
  ),
  n: FastCheck.nat(20)
})

const isOthers = (row: MessageRow) => row.kind === "posted" && row.deleted === undefined && row.by !== me
const isWithin = (row: MessageRow, from: number, to: number) => isOthers(row) && row.seq >= from && row.seq <= to

describe("the conversation list under any streams", () => {
  it("ends as the server has it", () => {
    let asked = 0
    FastCheck.assert(
      FastCheck.property(drafts, FastCheck.array(step, { maxLength: 60, size: "max" }), (all, steps) => {
        const log = new ModelLog(all)
        const personal: Array<LogEvent> = []
        let [head, sent, told, pending] = [0, 0, 0, 0]
        const answers: Array<() => void> = []
        let now = cell(0, 0)
        // All that any was told, in the order in which it happened: it comes in another, several times or never.
        const cells = [now]
        const move = (fields: Partial<ReadCell>) => {
          now = { ...now, asOf: personal.length, ...fields }
          cells.push(now)
        }
        const feed = new PersonalFeed(me)
        const serverLine = (): ConversationSummary => {
          const rows = [...log.at(head).values()]
          const { markedSeq, markedUnreadAt, readUpTo } = now
          const isSet = new Map<Flag, boolean>()
          for (const event of personal) {
            if (event.kind === "muted" || event.kind === "favourite") isSet.set(event.kind, event.on)
          }
          const title = log.events
            .slice(0, head)
            .filter((event) => event.kind === "renamed")
            .at(-1)
          const last = rows.sort((a, b) => a.seq - b.seq).at(-1)
          const unread = rows.filter((row) => isOthers(row) && row.seq > readUpTo)
          const mentions = unread.filter(({ text = "" }) => isMentioned(text, "me")).length
          return {
            ...summaryOf({ head, readUpTo, title: title?.kind === "renamed" ? title.title : "t" }),
            unread: Math.min(Limits.unreadCap, unread.length),
            ...(mentions === 0 ? {} : { mentions: Math.min(Limits.unreadCap, mentions) }),
            ...(markedSeq === undefined ? {} : { markedUnreadAt, markedSeq }),
            ...flagFields((flag) => isSet.get(flag) === true),
            ...(last === undefined ? {} : { last })
          }
        }
        const rowAt = (seq: number) => (seq % 3 === 0 ? undefined : log.at(sent).get(seq))
        const held: CountHeld = (from, to, counts = () => true) =>
          to <= sent
            ? [...log.at(sent).values()].filter((row) => isWithin(row, from, to) && counts(row.text ?? "")).length
            : undefined
        const count = (n: number) => (n % 2 === 0 ? held : unknown)
        const send = (to: number) => {
          const events = log.events.slice(sent, to)
          sent = to
          feed.conversationEvents(room, events, rowAt)
        }
        const ask = (n = 1) => {
          const [line, at] = [serverLine(), feed.cursor]
          // Nothing else is asked: what is not known by now must be said again.
          if (feed.takeWanted().snapshot) askAll()
          else answers.push(() => feed.summary(line, at, count(n)))
        }
        const askAll = () => {
          const snapshot = snapshotOf(personal.length, serverLine())
          answers.push(() => feed.snapshot(snapshot))
        }
        const readTo = (readUpTo: number) => move({ readUpTo, markedUnreadAt: undefined, markedSeq: undefined })
        const readUpTo = () => now.readUpTo
        feed.snapshot(snapshotOf(0, serverLine()))
        for (const { do: what, n } of steps) {
          if (what === "grow") head = Math.min(log.head, head + n)
          if (what === "send") send(Math.min(head, sent + n))
          if (what === "read" && head > 0) readTo(Math.max(readUpTo(), n % (head + 1)))
          if (what === "readHere" && sent > 0) {
            pending = Math.max(pending, 1 + (n % sent))
            feed.readHere(room, pending, count(n))
          }
          if (what === "mark" && head > 0) {
            const event = markedUnread(personal.length + 1, 1 + (n % head))
            personal.push(event)
            move({ markedUnreadAt: 1 + (n % head), markedSeq: event.seq })
          }
          if (what === "tellCell") feed.cell(cells[Math.max(0, cells.length - 1 - (n % 6))] ?? now)
          if (what === "mute" || what === "favourite")
            personal.push(flagged(flagSetBy[what])(personal.length + 1, n % 2 === 0))
          if (what === "tell") {
            const to = Math.min(personal.length, told + n)
            feed.events(personal.slice(told, to))
            told = to
          }
          if (what === "jump") {
            sent = Math.max(sent, head)
            feed.conversationJumped(room, head)
          }
          if (what === "ask") ask(n)
          if (what === "answer") answers.splice(n % Math.max(1, answers.length), 1)[0]?.()
          if (what === "snapshot") askAll()
          // Not told any more.
          if (feed.conversation(room)?.takeMarkedAnew() === true) pending = 0
        }
        // What was read here reaches the server, everything is told, and what is wanted is answered.
        head = log.head
        send(head)
        if (pending > 0) readTo(Math.max(pending, readUpTo()))
        feed.events(personal.slice(told))
        for (const answer of answers.splice(0)) answer()
        feed.cell({ ...now, asOf: personal.length })
        for (let rounds = 0; ; rounds++) {
          assert.isBelow(rounds, 5, "asks for ever")
          const wanted = feed.takeWanted()
          if (wanted.snapshot) feed.snapshot(snapshotOf(personal.length, serverLine()))
          else if (wanted.conversations.length > 0) ask()
          else break
          asked++
          for (const answer of answers.splice(0)) answer()
        }
        assert.deepStrictEqual(feed.conversation(room)?.summary, serverLine())
      }),
      { numRuns: 2_000, endOnFailure: true }
    )
    assert.isAbove(asked, 200)
  })
})
