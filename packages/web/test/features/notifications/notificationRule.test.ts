/** Which conversations one is told of: others' messages that come while nobody looks, each until it is read. */
import { assert, describe, it } from "@effect/vitest"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { FastCheck as fc } from "effect"
import {
  type NotificationState,
  notificationStep,
  notificationsMax
} from "../../../src/features/notifications/notificationRule.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const me = UserId.make(uuid(1))
const other = UserId.make(uuid(2))
const room = (n: number) => ConversationId.make(uuid(100 + n))
type Line = Pick<ConversationSummary, "conversationId" | "head" | "last" | "muted" | "unread">
const row = (seq: number, more: Partial<MessageRow> = {}): MessageRow => ({
  ...{ seq, rev: seq, id: CommandId.make(uuid(1_000 + seq)), by: other, at: seq, kind: "posted", text: `${seq}` },
  ...more
})
const line = (n: number, seq: number, unread: number, more: Partial<Line> = {}): Line => ({
  ...{ conversationId: room(n), head: seq, unread, last: row(seq) },
  ...more
})
const away = { me, attended: false, now: 1_000, blocked: new Set<UserId>() }
const ids = (lines: ReadonlyArray<Line>) => lines.map(({ conversationId }) => conversationId)
const nobodyElse = { blocked: new Set([other]) }
/** Of one list after another, what the last of them showed and closed. */
const after = (lists: ReadonlyArray<ReadonlyArray<Line>>, scene: Partial<typeof away> = {}) => {
  let state: NotificationState | undefined
  let last: { readonly show: ReadonlyArray<ConversationId>; readonly close: ReadonlyArray<ConversationId> } = {
    show: [],
    close: []
  }
  for (const list of lists) {
    const step = notificationStep(state, list, { ...away, ...scene })
    state = step.state
    last = { show: ids(step.show), close: step.close }
  }
  return last
}

describe("one is told", () => {
  it("not of messages by somebody whom one blocks", () => {
    assert.deepStrictEqual(after([[line(1, 5, 0)], [line(1, 6, 1)]]).show, [room(1)])
    assert.deepStrictEqual(after([[line(1, 5, 0)], [line(1, 6, 1)]], nobodyElse).show, [])
  })

  it("of a message that comes, and not of what was unread before", () => {
    assert.deepStrictEqual(after([[line(1, 5, 2)]]).show, [])
    assert.deepStrictEqual(
      after([
        [line(1, 5, 2), line(2, 3, 0)],
        [line(1, 6, 3), line(2, 3, 0)]
      ]).show,
      [room(1)]
    )
    assert.deepStrictEqual(after([[line(1, 5, 2)], [line(1, 5, 2)]]).show, [])
  })

  it("of a conversation that was made meanwhile", () => {
    assert.deepStrictEqual(after([[], [line(1, 2, 1)]]).show, [room(1)])
  })

  it("of a message though another row came after it", () => {
    assert.deepStrictEqual(after([[line(1, 5, 0)], [line(1, 7, 1, { last: row(7, { kind: "joined" }) })]]).show, [
      room(1)
    ])
  })

  it("neither of one's own messages, nor of rows alone, nor where it is muted", () => {
    assert.deepStrictEqual(after([[line(1, 5, 1)], [line(1, 6, 1, { last: row(6, { by: me }) })]]).show, [])
    assert.deepStrictEqual(after([[line(1, 5, 1)], [line(1, 6, 1, { last: row(6, { kind: "joined" }) })]]).show, [])
    assert.deepStrictEqual(after([[line(1, 5, 0)], [line(1, 6, 1, { muted: true })]]).show, [])
  })

  it("of the first message after a restore of the store, under whatever number, and of nothing that was in it", () => {
    const before = [[line(1, 119, 0)], [line(1, 120, 1)]]
    assert.deepStrictEqual(after([...before, [line(1, 100, 7)]]).show, [])
    assert.deepStrictEqual(after([...before, [line(1, 100, 7)], [line(1, 101, 8)]]).show, [room(1)])
    // The notification that stood is closed when that is read, as ever.
    assert.deepStrictEqual(after([...before, [line(1, 100, 7)], [line(1, 100, 0)]]).close, [room(1)])
  })

  it("of nothing when a newest row goes, and the log does not", () => {
    const gone = line(1, 8, 1, { last: row(5) })
    assert.deepStrictEqual(after([[line(1, 7, 1)], [gone], [line(1, 9, 1, { last: row(7) })]]).show, [])
  })

  it("not while a page is looked at, and not of that later", () => {
    const { state } = notificationStep(undefined, [line(1, 5, 0)], away)
    const seen = notificationStep(state, [line(1, 6, 1)], { ...away, attended: true })
    assert.deepStrictEqual(seen.show, [])
    assert.deepStrictEqual(notificationStep(seen.state, [line(1, 6, 1)], away).show, [])
    assert.deepStrictEqual(ids(notificationStep(seen.state, [line(1, 7, 2)], away).show), [room(1)])
  })
})

describe("a notification is closed", () => {
  const shown = [[line(1, 5, 0)], [line(1, 6, 1)]]
  it("when the conversation is read, muted or left", () => {
    assert.deepStrictEqual(after([...shown, [line(1, 6, 0)]]).close, [room(1)])
    assert.deepStrictEqual(after([...shown, [line(1, 6, 1, { muted: true })]]).close, [room(1)])
    assert.deepStrictEqual(after([...shown, []]).close, [room(1)])
  })

  it("once, and not while it is unread", () => {
    assert.deepStrictEqual(after([...shown, [line(1, 7, 2)]]).close, [])
    assert.deepStrictEqual(after([...shown, [line(1, 6, 0)], [line(1, 6, 0)]]).close, [])
  })
})

describe("notifications are bounded", () => {
  it("within any minute, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4_000 })), { maxLength: 200 }),
        (events) => {
          const times: Array<number> = []
          let now = 0
          let seq = 1
          let state = notificationStep(
            undefined,
            [1, 2, 3].map((n) => line(n, 1, 0)),
            away
          ).state
          for (const [n, later] of events) {
            now += later
            seq++
            const step = notificationStep(state, [line(n, seq, seq)], { ...away, now })
            state = step.state
            for (const _ of step.show) times.push(now)
            assert.isAtMost(times.filter((at) => now - at < 60_000).length, notificationsMax)
          }
        }
      )
    )
  })

  it("and go on after it", () => {
    let { state } = notificationStep(undefined, [line(1, 1, 0)], away)
    let shown = 0
    for (let seq = 2; seq < 40; seq++) {
      const step = notificationStep(state, [line(1, seq, seq)], away)
      state = step.state
      shown += step.show.length
    }
    assert.strictEqual(shown, notificationsMax)
    assert.deepStrictEqual(ids(notificationStep(state, [line(1, 41, 41)], { ...away, now: 61_000 }).show), [room(1)])
  })
})
