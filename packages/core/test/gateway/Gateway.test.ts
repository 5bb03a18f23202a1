import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { CommandId, ConversationId, InstanceId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import type { GatewaySettings } from "../../src/gateway/GatewaySettings.ts"
import { Conversations } from "../../src/ports/Conversations.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import { makeWorld } from "../world/ChatWorld.ts"
import { group, run } from "../world/logRuns.ts"
import { until, whileCaughtUp } from "../world/waiting.ts"

const people = (settings: Partial<GatewaySettings> = {}) =>
  Effect.gen(function* () {
    const world = yield* makeWorld({ settings })
    const ann = yield* world.user("ann")
    const bob = yield* world.user("bob")
    const log = yield* world.provide(group(ann, [bob]))
    return { world, ann, bob, log }
  })

const twoPeople = people()

describe("a gateway", () => {
  it.scoped("greets a device, tells each log as behind, and then says that it is live", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* twoPeople
      const device = yield* world.connect(ann)
      yield* device.op("live")
      assert.deepStrictEqual(
        device.frames.map((f) => f.op),
        ["welcome", "reads", "behind", "behind", "live"]
      )
      assert.strictEqual((yield* device.op("behind", (f) => f.conversationId === log)).head, 1)
    })
  )

  it.scoped("gives a post to every device of both people, and to the sending socket as accepted in its place", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* twoPeople
      const laptop = yield* world.connect(ann)
      const phone = yield* world.connect(ann)
      const other = yield* world.connect(bob)
      for (const device of [laptop, phone, other]) yield* device.op("live")
      const [id] = yield* laptop.post(log, "hello")
      const accepted = yield* laptop.op("accepted")
      assert.deepStrictEqual([accepted.id, accepted.seq], [id, 2])
      for (const device of [phone, other]) {
        const { events } = yield* device.op("events", (f) => f.conversationId === log)
        assert.deepStrictEqual(
          events.map((e) => [e.kind, e.id, e.seq]),
          [["posted", id, 2]]
        )
      }
      assert.isFalse(laptop.frames.some((f) => f.op === "events" && f.conversationId === log))
    })
  )

  it.scoped("answers a repeat at once and without a second event", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* twoPeople
      const laptop = yield* world.connect(ann)
      yield* laptop.op("live")
      const id = (yield* laptop.post(log, "hello"))[0] ?? assert.fail("an id")
      yield* laptop.op("accepted")
      laptop.frames.length = 0
      laptop.send({ op: "post", conversationId: log, posts: [{ id, text: "hello" }] })
      assert.strictEqual((yield* laptop.op("accepted")).seq, 2)
      laptop.send({ op: "post", conversationId: log, posts: [{ id, text: "another body" }] })
      assert.strictEqual((yield* laptop.op("refused")).code, "conflict")
      assert.deepStrictEqual(laptop.seqs(log), [2])
    })
  )

  it.scoped("catches a device up from the cursors it states", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* twoPeople
      const laptop = yield* world.connect(ann)
      yield* laptop.op("live")
      const epoch = (yield* laptop.op("welcome")).epoch
      for (let i = 2; i <= 6; i++) {
        yield* laptop.post(log, `m${i}`)
        yield* laptop.op("accepted", (f) => f.seq === i)
      }
      const other = yield* world.connect(bob, { cursors: [[log, 3]], epoch })
      yield* other.op("live")
      assert.deepStrictEqual(other.seqs(log), [4, 5, 6])
      yield* laptop.post(log, "m7")
      yield* other.reachSeq(log, 7)
      assert.deepStrictEqual(other.seqs(log), [4, 5, 6, 7])
    })
  )

  it.scoped("resets a cursor above the head, and trusts none of another epoch", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* twoPeople
      const first = yield* world.connect(ann)
      const { epoch } = yield* first.op("welcome")
      const ahead = yield* world.connect(ann, { cursors: [[log, 9]], epoch })
      assert.deepStrictEqual(yield* ahead.op("reset"), { op: "reset", conversationId: log, head: 1 })
      const foreign = yield* world.connect(ann, { cursors: [[log, 1]] })
      yield* foreign.op("live")
      assert.strictEqual((yield* foreign.op("behind", (f) => f.conversationId === log)).head, 1)
    })
  )

  it.scoped("withholds what was said before a member joined, where history begins with joining", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld()
      const ann = yield* world.user("ann")
      const bob = yield* world.user("bob")
      const log = ConversationId.make(yield* makeUuidV7)
      const { epoch } = yield* world.provide(EventStore)
      yield* world.provide(
        run(ann, log, { kind: "create", conversationKind: "group", title: "g", history: "joined", members: [] })
      )
      yield* world.provide(run(ann, log, { kind: "post", text: "secret" }))
      yield* world.provide(run(ann, log, { kind: "add", userIds: [bob] }))
      yield* world.provide(run(ann, log, { kind: "post", text: "open" }))
      const device = yield* world.connect(bob, { cursors: [[log, 0]], epoch })
      yield* device.op("live")
      assert.deepStrictEqual(yield* device.op("withheld"), { op: "withheld", conversationId: log, from: 1, to: 2 })
      assert.deepStrictEqual(device.seqs(log), [3, 4])
      device.send({ op: "range", conversationId: log, from: 1, to: 3 })
      yield* device.op("events", (f) => f.events.length === 1 && f.events[0]?.seq === 3)
      assert.deepStrictEqual(device.frames.filter((f) => f.op === "withheld").length, 2)
    })
  )

  it.scoped(
    "gives edits of messages from before joining without their text, live, to who catches up and to who asks again",
    () =>
      Effect.gen(function* () {
        const world = yield* makeWorld()
        const [ann, bob, cat] = [yield* world.user("ann"), yield* world.user("bob"), yield* world.user("cat")]
        const log = ConversationId.make(yield* makeUuidV7)
        const { epoch } = yield* world.provide(EventStore)
        const edit = (target: number, text: string) => world.provide(run(ann, log, { kind: "edit", target, text }))
        yield* world.provide(
          run(ann, log, { kind: "create", conversationKind: "group", title: "g", history: "joined", members: [] })
        )
        yield* world.provide(run(ann, log, { kind: "post", text: "secret" }))
        yield* world.provide(run(ann, log, { kind: "add", userIds: [bob] }))
        yield* world.provide(run(ann, log, { kind: "post", text: "said to bob" }))
        yield* world.provide(run(ann, log, { kind: "add", userIds: [cat] }))
        const owner = yield* world.connect(ann, { cursors: [[log, 5]], epoch })
        const [live, later] = [
          yield* world.connect(bob, { cursors: [[log, 5]], epoch }),
          yield* world.connect(cat, { cursors: [[log, 5]], epoch })
        ]
        for (const device of [owner, live, later]) yield* device.op("live")
        yield* edit(2, "secret, edited")
        yield* edit(4, "said to bob, edited")
        for (const device of [owner, live, later]) yield* device.reachSeq(log, 7)
        const back = yield* world.connect(bob, { cursors: [[log, 5]], epoch })
        yield* back.op("live")
        const texts = (device: typeof back) =>
          device.frames
            .flatMap((frame) => (frame.op === "events" ? frame.events : []))
            .flatMap((event) => (event.kind === "edited" ? [event.text] : []))
        assert.deepStrictEqual([owner, live, later, back].map(texts), [
          ["secret, edited", "said to bob, edited"],
          ["", "said to bob, edited"],
          ["", ""],
          ["", "said to bob, edited"]
        ])
        later.send({ op: "range", conversationId: log, from: 6, to: 7 })
        yield* until("it is told again", () => texts(later).length === 4)
        assert.deepStrictEqual(texts(later), ["", "", "", ""])
      })
  )

  it.scoped(
    "brings a conversation to the devices of a user who is added while they are live, and takes it away with the removal",
    () =>
      Effect.gen(function* () {
        const { ann, log, world } = yield* twoPeople
        const eve = yield* world.user("eve")
        const device = yield* world.connect(eve)
        yield* device.op("live")
        yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
        yield* device.op("behind", (f) => f.conversationId === log && f.head === 2)
        yield* world.provide(run(ann, log, { kind: "post", text: "welcome" }))
        yield* device.reachSeq(log, 3)
        yield* world.provide(run(ann, log, { kind: "remove", userId: eve }))
        yield* device.reachSeq(log, 4)
        yield* world.provide(run(ann, log, { kind: "post", text: "gone" }))
        yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
        yield* device.op("behind", (f) => f.conversationId === log && f.head === 6)
        yield* world.provide(run(ann, log, { kind: "post", text: "again" }))
        yield* device.reachSeq(log, 7)
        assert.deepStrictEqual(device.seqs(log), [3, 4, 7])
      })
  )

  it.scoped("tells an accepted command of a removed sender at once", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* twoPeople
      const device = yield* world.connect(bob)
      yield* device.op("live")
      const [id] = yield* device.post(log, "before")
      yield* device.op("accepted")
      yield* world.provide(run(ann, log, { kind: "remove", userId: bob }))
      yield* device.reachSeq(log, 3)
      device.frames.length = 0
      device.send({ op: "post", conversationId: log, posts: [{ id: id ?? assert.fail("an id"), text: "before" }] })
      assert.strictEqual((yield* device.op("accepted")).seq, 2)
      yield* device.post(log, "after")
      assert.strictEqual((yield* device.op("refused")).code, "not_found")
    })
  )

  it.scoped("stops live delivery to a reader that is stuck, and catches it up from the log when it drains", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* twoPeople
      const reader = yield* world.connect(bob, { stuck: true })
      const writer = yield* world.connect(ann)
      yield* reader.op("live")
      yield* writer.op("live")
      const text = "x".repeat(4_000)
      for (let i = 2; i <= 601; i++) {
        yield* writer.post(log, text)
        yield* writer.op("accepted", (f) => f.seq === i)
      }
      assert.isFalse(reader.state.reading)
      assert.isBelow(reader.state.buffered, 1_048_576 + 100_000)
      assert.isBelow(Math.max(...reader.seqs(log)), 601)
      reader.state.buffered = 0
      reader.state.stuck = false
      reader.connection.drained()
      yield* whileCaughtUp
      yield* reader.reachSeq(log, 601)
      assert.deepStrictEqual(
        reader.seqs(log),
        Array.from({ length: 600 }, (_, i) => i + 2)
      )
      assert.isTrue(reader.state.reading)
    })
  )

  it.scoped("closes the old socket of the same device and instance, and keeps two instances", () =>
    Effect.gen(function* () {
      const { ann, world } = yield* twoPeople
      const first = yield* world.connect(ann)
      yield* first.op("live")
      const tab = yield* world.connect(ann, { device: first.deviceId })
      yield* tab.op("live")
      const again = yield* world.connect(ann, { device: first.deviceId, instance: first.instance })
      yield* again.op("live")
      assert.strictEqual(yield* first.closed, CloseCodes.replaced)
      assert.strictEqual(world.gateway.socketCount(), 2)
    })
  )

  it.scoped("ends the sockets of a revoked device, and of one that was revoked while it opened", () =>
    Effect.gen(function* () {
      const { ann, world } = yield* twoPeople
      const device = yield* world.connect(ann)
      yield* device.op("live")
      world.revoke(device.deviceId)
      yield* device.op("revoked")
      assert.strictEqual(yield* device.closed, CloseCodes.revoked)
      const late = yield* world.connect(ann, { device: device.deviceId, instance: InstanceId.make(yield* makeUuidV7) })
      assert.strictEqual(yield* late.closed, CloseCodes.revoked)
      assert.deepStrictEqual(late.frames, [])
    })
  )

  it.scoped("ends the sockets of a device whose sign-in is too old, for which nobody is to blame", () =>
    Effect.gen(function* () {
      const { ann, bob, world } = yield* twoPeople
      const [device, other] = [yield* world.connect(ann), yield* world.connect(bob)]
      for (const each of [device, other]) yield* each.op("live")
      world.expire(device.deviceId)
      assert.strictEqual(yield* device.closed, CloseCodes.unauthenticated)
      assert.isFalse(device.frames.some(({ op }) => op === "revoked"))
      assert.strictEqual(world.gateway.socketCount(), 1)
      const late = yield* world.connect(ann, { device: device.deviceId, instance: InstanceId.make(yield* makeUuidV7) })
      assert.strictEqual(yield* late.closed, CloseCodes.unauthenticated)
    })
  )

  it.scoped("tells the store from time to time which devices are connected, each once", () =>
    Effect.gen(function* () {
      const { ann, bob, world } = yield* people({ connectedEveryMs: 10_000 })
      const device = yield* world.connect(ann)
      const [again, other] = [
        yield* world.connect(ann, { device: device.deviceId, instance: InstanceId.make(yield* makeUuidV7) }),
        yield* world.connect(bob)
      ]
      for (const each of [device, again, other]) yield* each.op("live")
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(world.noted, [[]])
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(world.noted, [[], [device.deviceId, other.deviceId]])
    })
  )

  it.scoped("makes a read an event of the personal log, on every device, once for many", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* twoPeople
      yield* world.provide(run(ann, log, { kind: "post", text: "hi" }))
      const phone = yield* world.connect(bob)
      const laptop = yield* world.connect(bob)
      yield* phone.op("live")
      yield* laptop.op("live")
      for (let i = 0; i < 20; i++) phone.send({ op: "read", conversationId: log, seq: 2 })
      for (const device of [phone, laptop]) {
        const { cells } = yield* device.op("reads", (f) => f.cells.some(({ readUpTo }) => readUpTo > 0))
        assert.deepStrictEqual(
          cells.map(({ conversationId, readUpTo }) => [conversationId, readUpTo]),
          [[log, 2]]
        )
      }
      const conversations = yield* world.provide(Conversations)
      assert.strictEqual((yield* conversations.summary(bob, log))?.unread, 0)
    })
  )

  it.scoped("refuses for good a command that breaks the rules of its form, and closes on what names no command", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* twoPeople
      const device = yield* world.connect(ann)
      yield* device.op("live")
      const id = CommandId.make(yield* makeUuidV7)
      device.send({ op: "edit", id, conversationId: log, target: 1, text: "\u0000" })
      assert.strictEqual((yield* device.op("refused")).code, "nul")
      device.connection.text("[]")
      assert.strictEqual(yield* device.closed, CloseCodes.badFrame)
    })
  )

  it.scoped("ends a socket that acknowledges what it was not sent", () =>
    Effect.gen(function* () {
      const { ann, log, world } = yield* twoPeople
      const device = yield* world.connect(ann)
      yield* device.op("live")
      device.send({ op: "ack", cursors: [[log, 1]] })
      device.send({ op: "ack", cursors: [[log, 2]] })
      assert.strictEqual(yield* device.closed, CloseCodes.badFrame)
    })
  )

  it.scoped("says how long to wait when a user sends too fast, and takes nothing of that frame", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld({ settings: { sends: { ratePerSecond: 10, burst: 3 } } })
      const ann = yield* world.user("ann")
      const log = yield* world.provide(group(ann, []))
      const device = yield* world.connect(ann)
      yield* device.op("live")
      yield* device.post(log, "1", "2")
      yield* device.op("accepted", (f) => f.seq === 3)
      yield* device.post(log, "3", "4")
      const busy = yield* device.op("busy")
      assert.deepStrictEqual([busy.code, busy.retryAfterMs], ["rate_limited", 100])
      const second = yield* world.connect(ann)
      yield* second.op("live")
      yield* second.post(log, "3", "4")
      assert.strictEqual((yield* second.op("busy")).code, "rate_limited")
    })
  )

  it.scoped(
    "says how long to wait when a user sends too fast to one conversation, by all its sockets, and takes what goes to others",
    () =>
      Effect.gen(function* () {
        const world = yield* makeWorld({
          settings: { sends: { ratePerSecond: 10, burst: 5 }, sendsInOne: { ratePerSecond: 5, burst: 2 } }
        })
        const ann = yield* world.user("ann")
        const [log, other] = [yield* world.provide(group(ann, [])), yield* world.provide(group(ann, []))]
        const [device, second] = [yield* world.connect(ann), yield* world.connect(ann)]
        yield* device.op("live")
        yield* second.op("live")
        yield* device.post(log, "1", "2")
        yield* device.op("accepted", (f) => f.seq === 3)
        for (const each of [device, second]) {
          yield* each.post(log, "3")
          const { code, conversationId, retryAfterMs } = yield* each.op("busy")
          assert.deepStrictEqual([code, conversationId, retryAfterMs], ["rate_limited", log, 200])
        }
        yield* second.post(other, "1", "2")
        yield* second.op("accepted", (f) => f.conversationId === other && f.seq === 3)
        yield* TestClock.adjust("200 millis")
        yield* device.post(log, "3")
        yield* device.op("accepted", (f) => f.conversationId === log && f.seq === 4)
      })
  )
})
