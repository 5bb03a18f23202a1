import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { InstanceId } from "../../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../../src/domain/Uuid.ts"
import { StoreUnavailable } from "../../../src/ports/EventStore.ts"
import { Presence } from "../../../src/ports/Presence.ts"
import { run } from "../../world/logRuns.ts"
import { makeWallClock, ofIds } from "../../world/wallClock.ts"
import { pass, presenceFrames, presenceStage, seen, takes, toldOf } from "./presenceStage.ts"

describe("a watcher", () => {
  it.scoped("sees another come within two seconds, with kind and time", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      yield* TestClock.adjust("1 minute")
      const watching = yield* watcher(bob, [ann])
      assert.deepStrictEqual(toldOf(watching, ann), [{ userId: ann, state: "offline", kinds: [] }])
      yield* live(ann, { kind: "terminal" })
      yield* takes(2_000, () => seen(watching, ann) === "active")
      assert.deepStrictEqual(toldOf(watching, ann).at(-1), {
        userId: ann,
        state: "active",
        kinds: ["terminal"],
        since: 60_000
      })
    })
  )

  it.scoped("sees who leaves on purpose offline within two seconds, and who signs out", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher, world } = yield* presenceStage()
      for (const how of ["bye", "signed out"] as const) {
        const device = yield* live(ann)
        const watching = yield* watcher(bob, [ann])
        assert.strictEqual(seen(watching, ann), "active")
        if (how === "bye") device.send({ op: "bye" })
        else world.revoke(device.deviceId)
        const ms = yield* takes(2_000, () => seen(watching, ann) === "offline")
        assert.isAtMost(ms, 1_500)
      }
    })
  )

  it.scoped("sees who closes its socket without a word offline after the grace, as of when it was last there", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      const device = yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      yield* TestClock.adjust("10 seconds")
      device.connection.closed()
      const ms = yield* takes(8_000, () => seen(watching, ann) === "offline")
      assert.isAtLeast(ms, 5_000)
      assert.strictEqual(toldOf(watching, ann).at(-1)?.since, 10_000)
    })
  )

  it.scoped(
    "is told when somebody came and left by the wall clock, also when the machine had slept since the gateway began",
    () =>
      Effect.gen(function* () {
        const { clock, millis, set } = yield* makeWallClock(ofIds)
        const { ann, bob, live, watcher } = yield* Effect.withClock(presenceStage(), clock)
        set(8 * 3_600_000)
        const watching = yield* watcher(bob, [ann])
        const cameAt = millis()
        const device = yield* live(ann)
        const { at } = yield* device.op("welcome")
        yield* takes(2_000, () => seen(watching, ann) === "active")
        assert.deepStrictEqual([at, toldOf(watching, ann).at(-1)?.since], [cameAt, cameAt])
        set(3_600_000)
        const leftAt = millis()
        device.send({ op: "bye" })
        yield* takes(2_000, () => seen(watching, ann) === "offline")
        assert.strictEqual(toldOf(watching, ann).at(-1)?.since, leftAt)
      })
  )

  it.scoped("sees nothing of a reload: the same device under a new instance, or the same instance again", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      const first = yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      const before = presenceFrames(watching).length
      yield* pass(30_000)
      first.connection.closed()
      yield* pass(3_000)
      const second = yield* live(ann, { device: first.deviceId, instance: InstanceId.make(yield* makeUuidV7) })
      yield* pass(10_000)
      yield* live(ann, { device: first.deviceId, instance: second.instance })
      second.connection.closed()
      yield* pass(10_000)
      assert.strictEqual(presenceFrames(watching).length, before)
      const again = yield* watcher(bob, [ann])
      assert.deepStrictEqual(toldOf(again, ann), [{ userId: ann, state: "active", kinds: ["browser"], since: 0 }])
    })
  )

  it.scoped("sees a peer that fell silent offline as soon as its socket is ended, since its last sign of life", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      const lid = yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      yield* pass(41_000)
      assert.strictEqual(seen(watching, ann), "active")
      lid.state.silentMs = 40_500
      lid.connection.closed()
      const ms = yield* takes(5_000, () => seen(watching, ann) === "offline")
      assert.isAtMost(ms, 1_500)
      assert.strictEqual(toldOf(watching, ann).at(-1)?.since, 500)
    })
  )

  it.scoped("sees the best of several devices, and their kinds", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      const watching = yield* watcher(bob, [ann])
      const laptop = yield* live(ann)
      const phone = yield* live(ann, { kind: "terminal" })
      laptop.send({ op: "presence", state: "idle" })
      yield* pass(2_000)
      assert.deepStrictEqual(toldOf(watching, ann).at(-1), {
        userId: ann,
        state: "active",
        kinds: ["browser", "terminal"],
        since: 0
      })
      phone.send({ op: "bye" })
      yield* takes(2_000, () => seen(watching, ann) === "idle")
      assert.deepStrictEqual(toldOf(watching, ann).at(-1)?.kinds, ["browser"])
      laptop.send({ op: "bye" })
      yield* takes(2_000, () => seen(watching, ann) === "offline")
    })
  )

  it.scoped(
    "sees a device idle when it says so, and active when it says so or acts; reading is no return from what was said",
    () =>
      Effect.gen(function* () {
        const { ann, bob, live, log, watcher } = yield* presenceStage()
        const device = yield* live(ann)
        const watching = yield* watcher(bob, [ann])
        for (const back of ["presence", "post"] as const) {
          device.send({ op: "presence", state: "idle" })
          yield* takes(2_000, () => seen(watching, ann) === "idle")
          device.send({ op: "read", conversationId: log, seq: 1 })
          yield* pass(3_000)
          assert.strictEqual(seen(watching, ann), "idle")
          if (back === "post") yield* device.post(log, "I am back")
          else device.send({ op: "presence", state: "active" })
          yield* takes(2_000, () => seen(watching, ann) === "active")
        }
      })
  )

  it.scoped("sees a device idle that did nothing for five minutes without saying so, and not before", () =>
    Effect.gen(function* () {
      const { ann, bob, live, log, watcher } = yield* presenceStage()
      const device = yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      yield* pass(200_000, 50_000)
      yield* device.post(log, "still here")
      // Keeping the socket is no act.
      for (let i = 0; i < 7; i++) {
        device.send({ op: "ping" })
        yield* pass(40_000, 40_000)
      }
      assert.strictEqual(seen(watching, ann), "active")
      yield* pass(19_900, 19_900)
      assert.strictEqual(seen(watching, ann), "active")
      yield* pass(2_000, 100)
      assert.deepStrictEqual(toldOf(watching, ann).at(-1), {
        userId: ann,
        state: "idle",
        kinds: ["browser"],
        since: 500_000
      })
      device.send({ op: "read", conversationId: log, seq: 1 })
      yield* takes(2_000, () => seen(watching, ann) === "active")
    })
  )

  it.scoped(
    "sees everybody of a gateway that leaves offline after the grace, and not those who are elsewhere too",
    () =>
      Effect.gen(function* () {
        const { ann, bob, eve, live, log, watcher, world } = yield* presenceStage()
        yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
        const watching = yield* watcher(bob, [ann, eve])
        yield* Effect.scoped(
          Effect.gen(function* () {
            const other = yield* world.anotherGateway
            yield* live(ann, { at: other })
            yield* live(eve, { at: other })
            yield* live(eve)
            yield* takes(2_000, () => seen(watching, ann) === "active" && seen(watching, eve) === "active")
          })
        )
        yield* takes(7_000, () => seen(watching, ann) === "offline")
        assert.strictEqual(seen(watching, eve), "active")
      })
  )
})

describe("a user who wants to look offline", () => {
  it.scoped("is offline to others from the first moment on, and leaves no trace", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher, world } = yield* presenceStage()
      yield* world.hide(ann, true)
      const watching = yield* watcher(bob, [ann])
      const device = yield* live(ann)
      yield* pass(3_000)
      device.send({ op: "presence", state: "idle" })
      yield* pass(3_000)
      device.send({ op: "bye" })
      yield* pass(3_000)
      assert.deepStrictEqual(toldOf(watching, ann), [{ userId: ann, state: "offline", kinds: [] }])
      const presence = yield* world.provide(Presence)
      assert.deepStrictEqual(yield* presence.steps([ann], 0), [])
    })
  )

  it.scoped("is offline as soon as it says so, since then, and there again when it changes its mind", () =>
    Effect.gen(function* () {
      const { ann, bob, live, log, watcher, world } = yield* presenceStage()
      const device = yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      yield* TestClock.adjust("7 seconds")
      yield* world.hide(ann, true)
      yield* takes(2_000, () => seen(watching, ann) === "offline")
      assert.deepStrictEqual(toldOf(watching, ann).at(-1), { userId: ann, state: "offline", kinds: [], since: 7_000 })
      yield* pass(60_000, 30_000)
      yield* device.post(log, "I write all the same")
      device.send({ op: "presence", state: "idle" })
      yield* pass(3_000)
      assert.strictEqual(toldOf(watching, ann).at(-1)?.since, 7_000)
      yield* world.hide(ann, false)
      yield* takes(2_000, () => seen(watching, ann) === "idle")
    })
  )

  it.scoped("is never shown while its wish can't be read, and is when it can", () =>
    Effect.gen(function* () {
      let away = true
      const { ann, bob, live, watcher } = yield* presenceStage({
        users: ({ wishesOf }) => ({
          wishesOf: (ids) =>
            away ? Effect.fail(new StoreUnavailable({ operation: "wishesOf", cause: "away" })) : wishesOf(ids)
        })
      })
      yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      yield* pass(5_000)
      assert.deepStrictEqual(toldOf(watching, ann), [{ userId: ann, state: "offline", kinds: [] }])
      away = false
      yield* takes(3_000, () => seen(watching, ann) === "active")
    })
  )
})
