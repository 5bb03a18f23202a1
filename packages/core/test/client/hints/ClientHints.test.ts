import { assert, describe, it } from "@effect/vitest"
import { ClientHints } from "../../../src/client/hints/ClientHints.ts"
import { ConversationId, UserId } from "../../../src/domain/Ids.ts"
import { presenceLimits } from "../../../src/domain/Limits.ts"
import { friend, me, room, uuid } from "../scriptedServer.ts"

const user = (n: number) => UserId.make(uuid(0x5_000 + n))
const viewer = { userId: me, blocked: new Set<UserId>() }
const active = (userId: UserId) => ({ userId, state: "active" as const, kinds: ["browser" as const] })
const typing = (userId: UserId, conversationId = room) => ({ op: "typing" as const, conversationId, userId })
const connected = (now = 0) => {
  const hints = new ClientHints()
  hints.welcomed(now)
  return hints
}

describe("whom one blocks", () => {
  it("types unseen", () => {
    const hints = connected()
    hints.frame(typing(friend), { ...viewer, blocked: new Set([friend]) }, 0)
    hints.frame(typing(user(1)), { ...viewer, blocked: new Set([friend]) }, 0)
    assert.deepStrictEqual(hints.typing(room), [user(1)])
  })
})

describe("presence at a client", () => {
  it("watches at once, again after each welcome, at most 200 and not more often than twice a second", () => {
    const hints = new ClientHints()
    hints.watch([friend], 0)
    assert.deepStrictEqual(hints.sendsAt(), undefined)
    hints.welcomed(10)
    assert.deepStrictEqual(hints.take(10, 9), [{ op: "watch", userIds: [friend] }])
    hints.watch([friend], 20)
    assert.deepStrictEqual(hints.take(1_000, 9), [])
    hints.watch(
      Array.from({ length: 250 }, (_, n) => user(n)),
      1_000
    )
    const [first] = hints.take(1_000, 9)
    assert.strictEqual(first?.op === "watch" ? first.userIds.length : 0, presenceLimits.watchedMax)
    hints.watch([friend], 1_001)
    assert.deepStrictEqual(hints.take(1_001, 9), [])
    assert.strictEqual(hints.sendsAt(), 1_500)
    assert.strictEqual(hints.take(1_500, 9).length, 1)
    hints.disconnected(2_000)
    hints.welcomed(3_000)
    assert.deepStrictEqual(hints.take(3_000, 9), [{ op: "watch", userIds: [friend] }])
  })

  it("is asked for again, once a connection, when an author posts who looked like somebody unseen", () => {
    const hints = connected()
    hints.watch([friend, user(1)], 0)
    assert.strictEqual(hints.take(0, 9).length, 1)
    const unseen = { userId: friend, state: "offline" as const, kinds: [] }
    const away = { userId: user(1), state: "offline" as const, kinds: [], since: 5 }
    hints.frame({ op: "presence", users: [unseen, away] }, viewer, 0)
    hints.posted(room, user(1))
    hints.posted(room, user(2))
    assert.isUndefined(hints.sendsAt())
    hints.posted(room, friend)
    assert.strictEqual(hints.sendsAt(), 500)
    assert.deepStrictEqual(hints.take(500, 9), [{ op: "watch", userIds: [friend, user(1)] }])
    hints.frame({ op: "presence", users: [unseen, away] }, viewer, 600)
    hints.posted(room, friend)
    assert.isUndefined(hints.sendsAt())
  })

  it("is known of watched users only, and unknown again 10 s after the socket was lost", () => {
    const hints = connected()
    hints.watch([friend], 0)
    hints.frame({ op: "presence", users: [active(friend), active(user(1))] }, viewer, 0)
    assert.isTrue(hints.takeChanged().presence)
    assert.strictEqual(hints.presence(friend)?.state, "active")
    assert.isUndefined(hints.presence(user(1)))
    hints.disconnected(1_000)
    hints.expire(10_999)
    assert.strictEqual(hints.presence(friend)?.state, "active")
    assert.strictEqual(hints.expiresAt(), 11_000)
    hints.expire(11_000)
    assert.isUndefined(hints.presence(friend))
    assert.isTrue(hints.takeChanged().presence)
  })

  it("says of whom an answer came, those of whom nothing is told included, and not of who was asked about since", () => {
    const hints = connected()
    const told = () => [friend, user(1), user(2)].map((id) => hints.isPresenceTold(id))
    hints.watch([friend, user(1)], 0)
    hints.take(0, 9)
    assert.deepStrictEqual(told(), [false, false, false])
    hints.frame({ op: "presence", users: [active(friend)] }, viewer, 1)
    assert.deepStrictEqual(told(), [true, true, false])
    hints.watch([friend, user(2)], 600)
    hints.frame({ op: "presence", users: [active(friend)] }, viewer, 601)
    assert.deepStrictEqual(told(), [true, false, false])
    hints.take(602, 9)
    hints.frame({ op: "presence", users: [] }, viewer, 603)
    assert.deepStrictEqual(told(), [true, false, true])
    hints.disconnected(700)
    hints.expire(10_700)
    assert.deepStrictEqual(told(), [false, false, false])
  })

  it("tells that nobody is active here, once, and again to a new socket, which takes a person for active", () => {
    const hints = connected()
    assert.deepStrictEqual(hints.take(0, 9), [])
    hints.setActive(false)
    assert.deepStrictEqual(hints.take(0, 9), [{ op: "presence", state: "idle" }])
    assert.deepStrictEqual(hints.take(0, 9), [])
    hints.disconnected(1)
    hints.welcomed(2)
    assert.deepStrictEqual(hints.take(2, 9), [{ op: "presence", state: "idle" }])
    hints.setActive(true)
    assert.deepStrictEqual(hints.take(3, 9), [{ op: "presence", state: "active" }])
  })
})

describe("typing at a client", () => {
  it("is told at most once in 3 s, and not at all without a socket", () => {
    const hints = connected()
    hints.sayTyping(room, 0)
    hints.sayTyping(room, 100)
    assert.deepStrictEqual(hints.take(100, 9), [{ op: "typing", conversationId: room }])
    hints.sayTyping(room, 2_999)
    assert.deepStrictEqual(hints.take(2_999, 9), [])
    hints.sayTyping(room, 3_000)
    hints.disconnected(3_000)
    hints.sayTyping(room, 9_000)
    hints.welcomed(9_001)
    assert.deepStrictEqual(hints.take(9_001, 9), [])
  })

  it("is shown for 6 s or until that user posts, never of the viewer itself, and the list stays the same object meanwhile", () => {
    const hints = connected()
    hints.frame(typing(friend), viewer, 0)
    hints.frame(typing(user(1)), viewer, 1_000)
    hints.frame(typing(me), viewer, 1_000)
    const shown = hints.typing(room)
    assert.deepStrictEqual(shown, [friend, user(1)])
    hints.frame(typing(friend), viewer, 5_000)
    assert.strictEqual(hints.typing(room), shown)
    assert.strictEqual(hints.expiresAt(), 7_000)
    hints.expire(7_000)
    assert.deepStrictEqual(hints.typing(room), [friend])
    assert.deepStrictEqual([...hints.takeChanged().hints], [room])
    hints.posted(room, friend)
    assert.deepStrictEqual(hints.typing(room), [])
    assert.deepStrictEqual([...hints.takeChanged().hints], [room])
    assert.isUndefined(hints.expiresAt())
  })

  it("of many people and conversations is bounded", () => {
    const hints = connected()
    for (let n = 0; n < 30; n++) hints.frame(typing(user(n)), viewer, 0)
    assert.strictEqual(hints.typing(room).length, 20)
    const id = (n: number) => ConversationId.make(uuid(0x6_000 + n))
    for (let n = 0; n < 1_100; n++) hints.frame(typing(friend, id(n)), viewer, 0)
    assert.strictEqual(hints.typing(room).length + hints.typing(id(0)).length, 0)
    assert.strictEqual(hints.typing(id(1_099)).length, 1)
  })
})

describe("marks at a client", () => {
  it("are not known before they are told, also when nobody has come anywhere yet", () => {
    const hints = connected()
    assert.isUndefined(hints.marks(room))
    hints.receipts(room, [], me)
    assert.strictEqual(hints.marks(room)?.read.size, 0)
    assert.deepStrictEqual([...hints.takeChanged().hints], [room])
    hints.receipts(room, [], me)
    assert.strictEqual(hints.takeChanged().hints.size, 0)
  })

  it("only go up, whoever has read holds, and the own devices do not count", () => {
    const hints = connected()
    hints.receipts(room, [{ userId: friend, read: 3, delivered: 5 }], me)
    hints.frame({ op: "cursors", conversationId: room, userId: me, read: 9 }, viewer, 0)
    const before = hints.marks(room)
    hints.frame({ op: "cursors", conversationId: room, userId: friend, read: 2, delivered: 4 }, viewer, 0)
    assert.strictEqual(hints.marks(room), before)
    hints.frame({ op: "cursors", conversationId: room, userId: friend, read: 7 }, viewer, 0)
    assert.deepStrictEqual([...(hints.marks(room)?.read ?? [])], [[friend, 7]])
    assert.deepStrictEqual([...(hints.marks(room)?.delivered ?? [])], [[friend, 7]])
    hints.clear()
    assert.isUndefined(hints.marks(room))
  })
})
