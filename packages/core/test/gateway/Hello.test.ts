import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { ConversationId, DeviceId, InstanceId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import type { ServerFrame } from "../../src/protocol/ServerFrame.ts"
import { makeGate, openAtEnd } from "../world/gate.ts"
import { fill, group, run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

const hasPlaceIn =
  (log: ConversationId) =>
  (frame: ServerFrame): frame is Extract<ServerFrame, { op: "behind" | "events" }> =>
    (frame.op === "behind" || frame.op === "events") && frame.conversationId === log

describe("a hello", () => {
  it.scoped("whose epoch is another's makes the cursors frames after it meaningless, too", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      yield* world.provide(fill(ann, log, 3, 10))
      const foreign = yield* world.connect(bob, { last: false })
      foreign.send({ op: "cursors", pairs: [[log, 2]], last: true })
      yield* foreign.op("live")
      assert.strictEqual((yield* foreign.op("behind", (frame) => frame.conversationId === log)).head, 4)
      assert.deepStrictEqual(foreign.seqs(log), [])
    })
  )

  it.scoped("of this epoch is followed by cursors frames that count", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      const { epoch } = yield* world.provide(EventStore)
      yield* world.provide(fill(ann, log, 3, 10))
      const device = yield* world.connect(bob, { last: false, epoch })
      device.send({ op: "cursors", pairs: [[log, 2]], last: true })
      yield* device.op("live")
      assert.deepStrictEqual(device.seqs(log), [3, 4])
    })
  )

  it.scoped("may state 10,000 places, and ends the socket with one more", () =>
    Effect.gen(function* () {
      const { bob, world } = yield* pair()
      const pairs = Array.from(
        { length: 500 },
        (_, i) => [ConversationId.make(`00000000-0000-7000-8000-${`${i}`.padStart(12, "0")}`), 1] as const
      )
      const state = (most: number) =>
        Effect.gen(function* () {
          const device = yield* world.connect(bob, { last: false })
          yield* device.op("welcome")
          for (let told = 0; told < most; told += 500)
            device.send({ op: "cursors", pairs: pairs.slice(0, most - told), last: told + 500 >= most })
          return device
        })
      yield* (yield* state(10_000)).op("live")
      const over = yield* state(10_001)
      assert.strictEqual(yield* over.closed, CloseCodes.badFrame)
    })
  )

  it.scoped("has its cursors of conversations that the user is not in forgotten once it has its places", () =>
    Effect.gen(function* () {
      const { ann, bob, world } = yield* pair()
      const { epoch } = yield* world.provide(EventStore)
      const other = yield* world.provide(group(ann, []))
      yield* world.provide(fill(ann, other, 3, 10))
      const device = yield* world.connect(bob, { last: false, epoch })
      device.send({ op: "cursors", pairs: [[other, 2]], last: true })
      yield* device.op("live")
      yield* world.provide(run(ann, other, { kind: "add", userIds: [bob] }))
      yield* device.wait(hasPlaceIn(other))
      yield* world.provide(run(ann, other, { kind: "post", text: "welcome" }))
      yield* device.reachSeq(other, 6)
      assert.deepStrictEqual(device.seqs(other), [6])
      assert.strictEqual((yield* device.op("behind", (frame) => frame.conversationId === other)).head, 5)
    })
  )

  it.scoped("has its place also in a conversation that the user is added to while memberships are under way", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const { ann, bob, world } = yield* pair({
        conversations: (own) => ({
          memberships: (users) => Effect.tap(own.memberships(users), () => reading.through(Effect.void))
        })
      })
      yield* openAtEnd(reading)
      const { epoch } = yield* world.provide(EventStore)
      const other = yield* world.provide(group(ann, []))
      // The gateway hears of bob's logs.
      yield* (yield* world.connect(bob)).op("live")
      reading.shut()
      const device = yield* world.connect(bob, { cursors: [[other, 1]], epoch })
      yield* until("memberships were read", () => reading.held() > 0)
      yield* world.provide(run(ann, other, { kind: "add", userIds: [bob] }))
      yield* rest
      reading.open()
      yield* device.wait(hasPlaceIn(other))
      yield* world.provide(run(ann, other, { kind: "post", text: "welcome" }))
      yield* device.reachSeq(other, 3)
      assert.deepStrictEqual(device.seqs(other), [3])
      assert.strictEqual((yield* device.op("behind", (frame) => frame.conversationId === other)).head, 2)
    })
  )

  it.scoped("whose last cursors do not come in half a minute is ended, and one whose did is not", () =>
    Effect.gen(function* () {
      const { bob, log, world } = yield* pair()
      const { epoch } = yield* world.provide(EventStore)
      const [endless, whole] = [
        yield* world.connect(bob, { last: false, epoch }),
        yield* world.connect(bob, { last: false, epoch })
      ]
      for (const device of [endless, whole]) {
        yield* device.op("welcome")
        device.send({ op: "cursors", pairs: [[log, 1]], last: device === whole })
      }
      yield* whole.op("live")
      yield* pass(29_000, 1_000)
      assert.isUndefined(endless.state.closedWith)
      yield* pass(2_000, 1_000)
      assert.deepStrictEqual([endless.state.closedWith, whole.state.closedWith], [CloseCodes.helloTimeout, undefined])
    })
  )

  it.scoped(
    "of a further user is sent elsewhere while the gateway has as many conversations as it may, until some are gone",
    () =>
      Effect.gen(function* () {
        // Ann's personal log, and the group.
        const { ann, bob, world } = yield* pair({ settings: { logsMax: 2 } })
        const first = yield* world.connect(ann)
        yield* first.op("live")
        const refused = yield* world.connect(bob)
        assert.strictEqual(yield* refused.closed, CloseCodes.moving)
        assert.deepStrictEqual(refused.frames, [])
        const second = yield* world.connect(ann)
        yield* second.op("live")
        for (const { connection } of [first, second]) connection.closed()
        yield* pass(80_000, 5_000)
        const late = yield* world.connect(bob)
        yield* late.op("live")
      })
  )

  it.scoped(
    "counts as soon as its frame has come, however long its ticket takes to be looked up; none within 5 s is late",
    () =>
      Effect.gen(function* () {
        const opening = makeGate()
        const { bob, world } = yield* pair({
          auth: (own) => ({ openSocket: (...asked) => opening.through(own.openSocket(...asked)) })
        })
        yield* openAtEnd(opening)
        opening.shut()
        const device = yield* world.connect(bob)
        yield* until("its ticket is looked up", () => opening.held() > 0)
        assert.deepStrictEqual(
          [5_000, 14_999, 15_000].map((ms) => device.connection.late(ms)),
          [undefined, undefined, CloseCodes.moving]
        )
        const nothing = () => undefined
        const mute = world.gateway.connect({
          ...{ address: "127.0.0.1", origin: "", write: nothing, setReading: nothing, close: nothing },
          ...{ bufferedBytes: () => 0, silentMs: () => 0 }
        })
        assert.deepStrictEqual(
          [4_999, 5_000].map((ms) => mute.late(ms)),
          [undefined, CloseCodes.helloTimeout]
        )
      })
  )

  it.scoped("that came in time is not late; when no actor takes it within 15 s its client is sent elsewhere", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const { ann, world } = yield* pair({
        conversations: (own) => ({ memberships: (users) => reading.through(own.memberships(users)) })
      })
      yield* openAtEnd(reading)
      const first = yield* world.connect(ann)
      yield* first.op("live")
      // Added to a conversation: the user's actor is busy with reading where it belongs.
      reading.shut()
      yield* world.provide(group(yield* world.user("eve"), [ann]))
      yield* until("memberships are being read", () => reading.held() > 0)
      const second = yield* world.connect(ann)
      yield* rest
      assert.isFalse(second.connection.isOpen)
      assert.deepStrictEqual(
        [second.connection.late(14_999), second.connection.late(15_000)],
        [undefined, CloseCodes.moving]
      )
      reading.open()
      yield* second.op("live")
      assert.isTrue(second.connection.isOpen)
      assert.isUndefined(second.connection.late(60_000))
    })
  )

  it.scoped(
    "whose socket ended before its actor ran takes no place from the socket that came after it, elsewhere",
    () =>
      Effect.gen(function* () {
        const reading = makeGate()
        const { ann, world } = yield* pair({
          conversations: (own) => ({ memberships: (users) => reading.through(own.memberships(users)) })
        })
        yield* openAtEnd(reading)
        const elsewhere = yield* world.anotherGateway
        const other = yield* world.connect(ann)
        yield* other.op("live")
        reading.shut()
        yield* world.provide(group(yield* world.user("eve"), [ann]))
        yield* until("memberships are being read", () => reading.held() > 0)
        const [device, instance] = [DeviceId.make(yield* makeUuidV7), InstanceId.make(yield* makeUuidV7)]
        const first = yield* world.connect(ann, { device, instance })
        yield* rest
        // Too late for its transport: it is told to go, and comes to another gateway.
        first.connection.closed()
        const second = yield* world.connect(ann, { device, instance, at: elsewhere })
        yield* rest
        reading.open()
        yield* second.op("live")
        const ended = yield* Effect.fork(second.closed)
        yield* rest
        assert.strictEqual(ended.unsafePoll(), null)
      })
  )

  it.scoped("that comes while its user's actor is about to end is greeted by it and goes live", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const { ann, world } = yield* pair({
        conversations: (own) => ({ memberships: (users) => reading.through(own.memberships(users)) })
      })
      yield* openAtEnd(reading)
      const first = yield* world.connect(ann)
      yield* first.op("live")
      first.connection.closed()
      yield* world.settled
      yield* TestClock.adjust("4900 millis")
      reading.shut()
      yield* world.provide(group(yield* world.user("eve"), [ann]))
      yield* until("memberships are being read", () => reading.held() > 0)
      // The grace ends, and then a socket comes, both behind what is being read.
      yield* pass(200, 100)
      const late = yield* world.connect(ann)
      yield* rest
      reading.open()
      yield* until(
        "it is live or closed",
        () => late.frames.some(({ op }) => op === "live") || late.state.closedWith !== undefined
      )
      assert.deepStrictEqual([late.state.closedWith, world.gateway.socketCount()], [undefined, 1])
    })
  )

  it.scoped("is the last of its user that an actor waits for, and without another the actor ends", () =>
    Effect.gen(function* () {
      const reading = makeGate()
      const { ann, world } = yield* pair({
        conversations: (own) => ({ memberships: (users) => reading.through(own.memberships(users)) })
      })
      yield* openAtEnd(reading)
      const system = yield* world.actors
      const first = yield* world.connect(ann)
      yield* first.op("live")
      first.connection.closed()
      yield* world.settled
      yield* TestClock.adjust("4900 millis")
      reading.shut()
      yield* world.provide(group(yield* world.user("eve"), [ann]))
      yield* until("memberships are being read", () => reading.held() > 0)
      yield* pass(200, 100)
      // Something else than a socket waits behind the end of the grace: it is handled, and keeps the actor for one
      // grace more at most.
      yield* world.provide(group(yield* world.user("dan"), [ann]))
      yield* rest
      reading.open()
      yield* world.settled
      yield* pass(6_000, 1_000)
      assert.deepStrictEqual(system.list({ kind: "user" }), [])
    })
  )
})
