// @vitest-environment jsdom
/**
 * What those hear who hear the page: what is new since they opened the conversation, and nothing that was there by
 * then.
 */
import { afterEach, assert, beforeEach, it, vi } from "@effect/vitest"
import type { PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { batchMs, createAnnouncements } from "../../../src/features/chat/timeline/createAnnouncements.ts"
import { en } from "../../../src/i18n/en.ts"
import { commandId, conversationId, type FixtureOptions, newerCode, postedRow, userId } from "../../fixtureApp.tsx"
import { show } from "./screen.tsx"

const words = en.chat.announce
const ben = userId(2)
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }))
afterEach(() => void vi.useRealTimers())

const open = (options: Partial<FixtureOptions>) =>
  show({ kind: "group", language: "en", rows: [], ...options }, (model) => {
    createAnnouncements(model, { shown: model.open.view })
    return null
  }).fixture
const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => postedRow(from + n, ben, `m${from + n}`, 0))
const refused = (n: number): PendingPost => ({
  ...{
    id: commandId(n),
    at: n,
    text: `words ${n}`,
    replyTo: undefined,
    state: "failed",
    code: "forbidden",
    unanswered: false
  }
})
const refusedChange: OutboxRow = {
  ...{
    id: commandId(600),
    conversationId,
    order: 1,
    epoch: null,
    at: 1,
    body: { kind: "delete", target: 1 },
    state: "failed"
  },
  ...{ handedOver: false, code: "forbidden" }
}

it("the first page of a conversation of which nothing was kept is read, and what comes after it is told", () => {
  const { prepend, receive, told } = open({ gap: { from: 1, to: 50 } })
  prepend(rows(1, 50))
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said, [])
  receive(ben, "hello")
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said, [words.message("Ben Kim", "hello")])
  receive(ben, "and", "so on")
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said.slice(1), [words.messages(2)])
})

it("what comes after a restore of the store is told, under whatever number, and nothing that was in it", () => {
  const { receive, restore, told } = open({ rows: rows(1, 50) })
  restore(rows(1, 30))
  receive(ben, "hello")
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said, [words.message("Ben Kim", "hello")])
})

it("what was about to be told when the store was restored makes no news of what is read anew", () => {
  const { prepend, receive, restore, told } = open({ rows: rows(1, 50) })
  receive(ben, "is about to be told")
  restore([], { from: 1, to: 30 })
  vi.advanceTimersByTime(batchMs)
  prepend(rows(1, 30))
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said, [])
  receive(ben, "hello")
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said, [words.message("Ben Kim", "hello")])
})

it("the first message of a conversation in which nothing was said is told", () => {
  const { receive, told } = open({})
  receive(ben, "hello")
  vi.advanceTimersByTime(batchMs)
  assert.deepStrictEqual(told.said, [words.message("Ben Kim", "hello")])
})

it("what was refused before is not told at each opening; what is refused now is, at once and once", () => {
  const { setPending, told } = open({ rows: rows(1, 2), pending: [refused(500)], failed: [refusedChange] })
  assert.deepStrictEqual(told.alerts, [])
  setPending([refused(500), refused(501)])
  setPending([refused(500), refused(501)])
  assert.deepStrictEqual(told.alerts, [words.notSent(en.chat.problem.forbidden)])
})

it("what is refused by a code of a newer server is told as refused, without a reason that nobody knows", () => {
  const { setPending, told } = open({})
  setPending([{ ...refused(500), code: newerCode }])
  assert.deepStrictEqual(told.alerts, [words.notSent(en.chat.problem.not_possible)])
})

it("what the browser refuses to keep is told once for each time that it begins to, and not while it is being written", () => {
  const { setPending, told } = open({})
  const post = (n: number, unkept?: "writing" | "refused"): PendingPost => ({
    ...{ id: commandId(n), at: n, text: `words ${n}`, replyTo: undefined, state: "queued", unanswered: false, unkept }
  })
  setPending([post(500, "writing")])
  assert.deepStrictEqual(told.alerts, [])
  setPending([post(500, "refused")])
  setPending([post(500, "refused"), post(501, "refused")])
  assert.deepStrictEqual(told.alerts, [en.chat.state.unkept])
  setPending([post(500), post(501)])
  setPending([post(500), post(501), post(502, "refused")])
  assert.deepStrictEqual(told.alerts, [en.chat.state.unkept, en.chat.state.unkept])
})
