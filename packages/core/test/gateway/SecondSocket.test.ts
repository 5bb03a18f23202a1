import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { UserId } from "../../src/domain/Ids.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { CloseCodes } from "../../src/protocol/CloseCode.ts"
import type { ConnectOptions, WorldOptions } from "../world/ChatWorld.ts"
import { run, runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass } from "../world/waiting.ts"

describe("a second socket of a user", () => {
  it.scoped(
    "is live when it has what its user's memberships were read with, though the gateway has not fanned that out",
    () =>
      Effect.gen(function* () {
        const { ann, bob, log, world } = yield* pair()
        const { epoch } = yield* world.provide(EventStore)
        const first = yield* world.connect(bob)
        yield* first.op("live")
        // Stored, and its envelopes lost: the gateway stands at 1, and what is read from here on says 3.
        const posts = ["one", "two"].map((text) => ({ kind: "post", text }) as const)
        yield* world.provide(runUnheard(ann, log, posts))
        const second = yield* world.connect(bob, { cursors: [[log, 1]], epoch })
        yield* second.op("live")
        assert.deepStrictEqual(second.seqs(log), [2, 3])
        // What comes after it follows, for both in order.
        yield* second.post(log, "three")
        yield* second.op("accepted")
        yield* first.op("events", (frame) => frame.events.some(({ seq }) => seq === 4))
        assert.deepStrictEqual(
          [first.seqs(log), second.seqs(log)],
          [
            [2, 3, 4],
            [2, 3, 4]
          ]
        )
      })
  )

  it.scoped("is refused above the bound of its device, or of its user over all devices, until another has gone", () =>
    Effect.gen(function* () {
      const { ann, bob, world } = yield* pair({ settings: { socketsPerDevice: 2, socketsPerUser: 3 } })
      const live = (user: UserId, options: ConnectOptions = {}) =>
        Effect.tap(world.connect(user, options), (device) => Effect.raceFirst(device.op("live"), device.closed))
      const first = yield* live(bob)
      yield* live(bob, { device: first.deviceId })
      assert.strictEqual((yield* live(bob, { device: first.deviceId })).state.closedWith, CloseCodes.rateLimited)
      const third = yield* live(bob)
      assert.isUndefined(third.state.closedWith)
      const fourth = yield* live(bob)
      assert.strictEqual(fourth.state.closedWith, CloseCodes.rateLimited)
      assert.isUndefined((yield* live(bob, { device: third.deviceId, instance: third.instance })).state.closedWith)
      assert.isUndefined((yield* live(ann)).state.closedWith)
      first.connection.closed()
      yield* world.settled
      assert.isUndefined((yield* live(bob)).state.closedWith)
    })
  )

  const slowly = (asked: Array<number>): WorldOptions => ({
    conversations: (own) => ({
      memberships: (users) =>
        Effect.suspend(() => {
          asked.push(users.length)
          return Effect.delay(own.memberships(users), "200 millis")
        })
    })
  })

  it.scoped("beside many others of its person is read for with them, where such reads took long", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const { ann, bob, log, world } = yield* pair(slowly(asked))
      const sockets = yield* Effect.forEach(Array.from({ length: 20 }), () => world.connect(bob))
      yield* pass(3_000, 50)
      for (const each of sockets) yield* each.op("live")
      assert.isAtMost(asked.length, 6)
      // Each has its place.
      yield* world.provide(run(ann, log, { kind: "post", text: "here" }))
      for (const each of sockets) yield* each.reachSeq(log, 2)
    })
  )

  it.scoped("that comes and goes again and again takes a quarter of the store's time", () =>
    Effect.gen(function* () {
      const asked: Array<number> = []
      const { bob, world } = yield* pair(slowly(asked))
      for (let n = 0; n < 100; n++) {
        const device = yield* world.connect(bob)
        yield* pass(50, 50)
        device.connection.closed()
        yield* pass(50, 50)
      }
      // 250 ms at once, then a quarter of ten seconds.
      assert.isAtMost(asked.length, 15)
      const last = yield* world.connect(bob)
      yield* pass(2_000, 50)
      yield* last.op("live")
    })
  )
})
