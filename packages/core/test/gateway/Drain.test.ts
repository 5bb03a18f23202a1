import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { ActorSystem } from "../../src/kernel/ActorSystem.ts"
import { type Behaviour, resume } from "../../src/kernel/Behaviour.ts"
import { Conversations } from "../../src/ports/Conversations.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import { makeGate } from "../world/gate.ts"
import { fill } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

/** A live device, and a store whose appends can be held. */
const liveDevice = Effect.gen(function* () {
  const appending = makeGate()
  const { ann, bob, log, world } = yield* pair({
    store: (own) => ({ append: (commands) => appending.through(own.append(commands)) })
  })
  yield* world.provide(fill(ann, log, 5, 10))
  const device = yield* world.connect(bob)
  yield* device.op("live")
  return { appending, world, bob, log, device }
})

/** Has always one more message for itself. */
const restless: Behaviour<undefined, "again"> = {
  name: "restless",
  capacity: 4,
  onFull: "drop",
  supervision: resume,
  init: () => undefined,
  receive: (self) => {
    self.ref.tell("again")
  }
}

describe("a gateway that goes away", () => {
  it.scoped("stores the read cursors that it had put off", () =>
    Effect.gen(function* () {
      const { bob, device, log, world } = yield* liveDevice
      const conversations = yield* world.provide(Conversations)
      const unread = Effect.map(conversations.summary(bob, log), (summary) => summary?.unread)
      device.send({ op: "read", conversationId: log, seq: 2 })
      yield* rest
      device.send({ op: "read", conversationId: log, seq: 6 })
      yield* rest
      assert.strictEqual(yield* unread, 4)
      const drain = yield* Effect.fork(world.gateway.drain(1))
      yield* rest
      // Less than it takes until a read that was put off is sent anyhow.
      yield* pass(500, 50)
      yield* Fiber.join(drain)
      assert.strictEqual(yield* unread, 0)
    })
  )

  it.scoped("says so at once, and closes each socket when what it sent is answered", () =>
    Effect.gen(function* () {
      const { appending, device, log, world } = yield* liveDevice
      appending.shut()
      yield* device.post(log, "mine")
      yield* until("it is being stored", () => appending.held() > 0)
      const drain = yield* Effect.fork(world.gateway.drain(3_000))
      assert.isBelow((yield* device.op("moving")).retryAfterMs, 3_000)
      yield* pass(2_000, 100)
      assert.isUndefined(device.state.closedWith)
      appending.open()
      yield* device.op("accepted")
      yield* pass(100, 50)
      assert.strictEqual(yield* device.closed, CloseCodes.moving)
      yield* Fiber.join(drain)
    })
  )

  it.scoped("waits five seconds for answers, and no longer", () =>
    Effect.gen(function* () {
      const { appending, device, log, world } = yield* liveDevice
      appending.shut()
      yield* device.post(log, "mine")
      yield* until("it is being stored", () => appending.held() > 0)
      const drain = yield* Effect.fork(world.gateway.drain(1))
      yield* device.op("moving")
      yield* pass(4_800, 50)
      assert.isUndefined(device.state.closedWith)
      yield* pass(400, 50)
      assert.strictEqual(yield* device.closed, CloseCodes.moving)
      yield* Fiber.join(drain)
    })
  )

  it.scoped("goes within seconds although actors never come to rest", () =>
    Effect.gen(function* () {
      const { device, world } = yield* liveDevice
      const system = yield* world.provide(ActorSystem)
      system.spawn("restless", restless)
      system.find<"again">("restless")?.tell("again")
      const drain = yield* Effect.fork(world.gateway.drain(1))
      yield* pass(6_000, 200)
      assert.strictEqual(device.state.closedWith, CloseCodes.moving)
      yield* Fiber.join(drain)
      yield* system.stop("restless", "now")
    })
  )
})
