import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric } from "effect"
import { CommandId, ConversationId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { untakenMessages } from "../../src/kernel/ActorMetrics.ts"
import { beforeLook } from "../../src/metrics/declareMetric.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import type { TestDevice } from "../world/ChatWorld.ts"
import { makeGate, openAtEnd } from "../world/gate.ts"
import { fill, group } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { rest, until } from "../world/waiting.ts"

/** What a device's and a user's actor hold at most. */
const deviceMailbox = 256
const userMailbox = 1_024

/** A group with three posts, and a store whose slices and appends can be held. */
const heldStore = Effect.gen(function* () {
  const reading = makeGate()
  const appending = makeGate()
  const { ann, bob, log, world } = yield* pair({
    store: (own) => ({
      slices: (requests) => reading.through(own.slices(requests)),
      append: (commands) => appending.through(own.append(commands))
    })
  })
  yield* openAtEnd(reading)
  yield* world.provide(fill(ann, log, 3, 10))
  const { epoch } = yield* world.provide(EventStore)
  return { reading, appending, world, ann, bob, log, epoch }
})

/** A device whose actor is busy with catching up until the gate opens. */
const busyDevice = Effect.gen(function* () {
  const held = yield* heldStore
  held.reading.shut()
  const device = yield* held.world.connect(held.bob, { cursors: [[held.log, 1]], epoch: held.epoch })
  yield* until("the device is being caught up", () => held.reading.held() > 0)
  return { ...held, device }
})

/** Frames that a busy actor leaves in its mailbox, and that it later has nothing to do for. */
const fillMailbox = Effect.fnUntraced(function* (device: TestDevice) {
  const conversationId = ConversationId.make(yield* makeUuidV7)
  for (let i = 0; i < deviceMailbox; i++) device.send({ op: "read", conversationId, seq: 1 })
})

describe("a device whose actor waits for the store", () => {
  it.scoped("gets nothing more from the turn in which it is revoked, and nothing that it had sent is taken", () =>
    Effect.gen(function* () {
      const { ann, device, log, reading, world } = yield* busyDevice
      const id = CommandId.make(yield* makeUuidV7)
      device.send({ op: "post", conversationId: log, posts: [{ id, text: "too late" }] })
      world.revoke(device.deviceId)
      yield* device.closed
      yield* world.provide(fill(ann, log, 1, 10))
      yield* rest
      reading.open()
      yield* rest
      assert.deepStrictEqual(device.seqs(log), [])
      assert.strictEqual(device.state.closedWith, CloseCodes.revoked)
      const { events } = yield* world.provide(Effect.flatMap(EventStore, (store) => store.after(log, 0, 100)))
      assert.isFalse(events.some((event) => event.id === id))
    })
  )
})

describe("a device whose mailbox is full", () => {
  it.scoped("is ended by a revocation all the same", () =>
    Effect.gen(function* () {
      const { ann, device, log, reading, world } = yield* busyDevice
      yield* fillMailbox(device)
      world.revoke(device.deviceId)
      yield* device.closed
      reading.open()
      yield* world.provide(fill(ann, log, 1, 10))
      yield* rest
      assert.deepStrictEqual(device.seqs(log), [])
      assert.strictEqual(world.gateway.socketCount(), 0)
    })
  )

  it.scoped("is caught up and told that it is live as soon as it can be", () =>
    Effect.gen(function* () {
      const { device, log, reading } = yield* busyDevice
      yield* fillMailbox(device)
      reading.open()
      yield* device.op("live")
      assert.deepStrictEqual(device.seqs(log), [2, 3, 4])
    })
  )

  it.scoped("is closed when an answer comes that it can't take, and hears it when it asks again", () =>
    Effect.gen(function* () {
      const { appending, bob, log, reading, world } = yield* heldStore
      const device = yield* world.connect(bob)
      yield* device.op("live")
      appending.shut()
      const [id] = yield* device.post(log, "mine")
      yield* until("it is being stored", () => appending.held() > 0)
      reading.shut()
      device.send({ op: "range", conversationId: log, from: 1, to: 2 })
      yield* until("the device is busy", () => reading.held() > 0)
      yield* fillMailbox(device)
      appending.open()
      yield* device.closed
      reading.open()
      const again = yield* world.connect(bob)
      yield* again.op("live")
      again.send({ op: "post", conversationId: log, posts: [{ id: id ?? assert.fail("an id"), text: "mine" }] })
      assert.strictEqual((yield* again.op("accepted")).seq, 5)
    })
  )

  it.scoped("is closed by a frame that its actor can't take, which is counted", () =>
    Effect.gen(function* () {
      const refused = Effect.sync(() => {
        beforeLook()
        return Metric.tagged(untakenMessages, "reason", "refused").unsafeValue([]).count
      })
      const { device, log } = yield* busyDevice
      yield* fillMailbox(device)
      const before = yield* refused
      device.send({ op: "read", conversationId: log, seq: 1 })
      assert.strictEqual(yield* device.closed, CloseCodes.rateLimited)
      assert.strictEqual((yield* refused) - before, 1)
      assert.strictEqual((yield* refused) - before, 1)
    })
  )

  it.scoped("still answers pings while its actor is busy", () =>
    Effect.gen(function* () {
      const { device } = yield* busyDevice
      yield* fillMailbox(device)
      device.send({ op: "ping" })
      yield* device.op("pong")
      assert.isUndefined(device.state.closedWith)
    })
  )
})

/** A user with a live device, whose actor is busy with reading memberships and whose mailbox is full. */
const busyUser = Effect.gen(function* () {
  const reading = makeGate()
  const held = yield* pair({
    conversations: (own) => ({ memberships: (users) => reading.through(own.memberships(users)) })
  })
  const { bob, log, world } = held
  yield* openAtEnd(reading)
  const device = yield* world.connect(bob)
  yield* device.op("live")
  // One more that has not told its cursors yet.
  const late = yield* world.connect(bob, { last: false })
  yield* late.op("welcome")
  const eve = yield* world.user("eve")
  reading.shut()
  yield* world.provide(group(eve, [bob]))
  yield* until("memberships are being read", () => reading.held() > 0)
  for (let i = 0; i < userMailbox; i++) {
    device.send({ op: "read", conversationId: log, seq: 1 })
    if (i % 200 === 0) yield* world.settled
  }
  yield* world.settled
  return { ...held, reading, device, late, eve }
})

describe("a user whose mailbox is full", () => {
  it.scoped(
    "has a new device closed that it can't place, so that the device comes back instead of waiting for ever",
    () =>
      Effect.gen(function* () {
        const { device, late } = yield* busyUser
        late.send({ op: "cursors", pairs: [], last: true })
        assert.strictEqual(yield* late.closed, CloseCodes.internal)
        assert.isUndefined(device.state.closedWith)
      })
  )

  it.scoped(
    "has all its devices closed by a change of its conversations that it can't take, and no session stays behind",
    () =>
      Effect.gen(function* () {
        const { bob, device, eve, late, reading, world } = yield* busyUser
        const missed = yield* world.provide(group(eve, [bob]))
        yield* device.closed
        yield* late.closed
        yield* until("no session is left", () => world.gateway.socketCount() === 0)
        reading.open()
        const again = yield* world.connect(bob)
        yield* again.op("behind", (frame) => frame.conversationId === missed)
      })
  )
})
