/** A newer server has kinds and roles that are not known here: an answer that holds one is read all the same. */
import { assert, it } from "@effect/vitest"
import { Schema } from "effect"
import { HistoryPage, ListedDevice, Member, PersonalSnapshot } from "../../../src/domain/Conversation.ts"
import { HandleRefused, PasswordRefused, Policy, RegistrationRefused } from "../../../src/protocol/rpc/AuthRpcs.ts"
import { BoardUpdate } from "../../../src/protocol/rpc/PresenceRpcs.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
const row = (seq: number, more: object) => ({ seq, rev: seq, id: uuid(seq), by: uuid(0xa1), at: seq, ...more })
const posted = row(1, { kind: "posted", text: "a" })
const polled = row(2, { kind: "polled", choices: ["tea"] })
const line = {
  ...{ conversationId: uuid(0xc1), kind: "group", title: "t", role: "member", history: "all", members: 2 },
  ...{ head: 2, visibleFrom: 1, readUpTo: 0, unread: 0 }
}
const snapshot = (conversations: ReadonlyArray<object>) => ({
  epoch: uuid(0xe1),
  asOf: 1,
  me: { userId: uuid(0xa1), handle: "me", displayName: "Me", admin: false, invisible: false },
  conversations
})

const rowsOf = (...rows: ReadonlyArray<object>) =>
  Schema.decodeUnknownSync(HistoryPage)({ rows, asOf: 9, moreBefore: false, moreAfter: false }).rows

it("a page keeps the place, author, time and kind of a row of another kind, and every other row whole", () => {
  assert.deepStrictEqual<unknown>(rowsOf(posted, polled), [posted, row(2, { kind: "polled" })])
})

it("a row of a known kind that can't be read is none of that kind, as an event is", () => {
  const odd = [row(1, { kind: "roleChanged", role: "guest" }), row(2, { kind: "posted", text: 1 })]
  assert.deepStrictEqual<unknown>(rowsOf(...odd), [row(1, { kind: "unknown" }), row(2, { kind: "unknown" })])
})

it("what has not all that every row has is no row", () => {
  const { by: _, ...nobodys } = polled
  assert.throws(() => rowsOf(nobodys))
})

it("the list's newest row is of any kind", () => {
  const read = Schema.decodeUnknownSync(PersonalSnapshot)(snapshot([{ ...line, last: polled }]))
  assert.deepStrictEqual<unknown>(read.conversations[0]?.last, row(2, { kind: "polled" }))
})

it("a line of the list, a member and a device are read with whatever they are", () => {
  const space = { ...line, kind: "space", role: "guest", history: "week" }
  assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(PersonalSnapshot)(snapshot([space, line])).conversations, [
    space,
    line
  ])
  const guest = { userId: uuid(0xa2), handle: "g", displayName: "G", role: "guest" }
  assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(Member)(guest), guest)
  const phone = { deviceId: uuid(0xd1), name: "p", kind: "phone", createdAt: 1, lastUsedAt: 1, current: true }
  assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(ListedDevice)(phone), phone)
})

it("how a server is run, and why it took no name or password, may be what is not known here", () => {
  const policy = { registration: "by_mail", directory: "none" }
  assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(Policy)(policy), policy)
  const refused = { _tag: "PasswordRefused", reason: "leaked" }
  const { _tag, reason } = Schema.decodeUnknownSync(Schema.Union(HandleRefused, PasswordRefused, RegistrationRefused))(
    refused
  )
  assert.deepStrictEqual<unknown>({ _tag, reason }, refused)
})

it("a board leaves out users of a state that is not known, and kinds of devices that are not", () => {
  const user = (n: number, state: string, ...kinds: ReadonlyArray<string>) => ({ userId: uuid(n), state, kinds })
  const users = [user(1, "active", "browser", "phone"), user(2, "asleep"), user(3, "idle", "terminal")]
  const read = [user(1, "active", "browser"), user(3, "idle", "terminal")]
  for (const update of [
    { _tag: "Changes", at: 1, users },
    { _tag: "Snapshot", at: 1, people: [], users, online: [] }
  ])
    assert.deepStrictEqual<unknown>(Schema.decodeUnknownSync(BoardUpdate)(update), { ...update, users: read })
})
