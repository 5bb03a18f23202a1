import { assert, describe, it } from "@effect/vitest"
import { PresenceFlush } from "@hibiki/testing/PresenceMemory"
import { Effect } from "effect"
import { pass, presenceStage, rest, seen, takes, toldOf } from "./presenceStage.ts"

const stage = Effect.gen(function* () {
  const scene = yield* presenceStage()
  return { ...scene, lose: scene.world.provide(Effect.flatMap(PresenceFlush, ({ flush }) => flush)) } as const
})

describe("when all that was reported is lost", () => {
  it.scoped("everybody is reported again, and watchers see it right within seconds", () =>
    Effect.gen(function* () {
      const { ann, bob, live, lose, watcher, world } = yield* stage
      const watching = yield* watcher(bob, [ann])
      const device = yield* live(ann, { kind: "terminal" })
      yield* takes(2_000, () => seen(watching, ann) === "active")
      yield* lose
      const late = yield* live(bob)
      late.send({ op: "watch", userIds: [ann] })
      yield* takes(6_000, () => seen(late, ann) === "active")
      assert.deepStrictEqual(toldOf(late, ann).at(-1)?.kinds, ["terminal"])
      // And once only: another report of the same would be told to nobody.
      device.send({ op: "bye" })
      yield* takes(2_000, () => seen(watching, ann) === "offline")
      assert.strictEqual(world.gateway.socketCount() > 0, true)
    })
  )

  it.scoped("who has left meanwhile is not reported again", () =>
    Effect.gen(function* () {
      const { ann, bob, live, lose, watcher } = yield* stage
      const device = yield* live(ann)
      const watching = yield* watcher(bob, [ann])
      assert.strictEqual(seen(watching, ann), "active")
      device.connection.closed()
      yield* rest
      // Within its grace.
      yield* lose
      yield* takes(2_000, () => seen(watching, ann) === "offline")
      yield* pass(10_000)
      assert.strictEqual(seen(watching, ann), "offline")
    })
  )

  it.scoped(
    "whose socket was gone for a moment just then, and is back under the same instance, is reported again",
    () =>
      Effect.gen(function* () {
        const { ann, bob, live, lose, watcher } = yield* stage
        const device = yield* live(ann)
        const watching = yield* watcher(bob, [ann])
        device.connection.closed()
        yield* rest
        yield* lose
        yield* takes(2_000, () => seen(watching, ann) === "offline")
        yield* live(ann, { device: device.deviceId, instance: device.instance })
        yield* takes(2_000, () => seen(watching, ann) === "active")
        // Others see nothing of it where nothing was lost.
        const before = toldOf(watching, ann).length
        const back = yield* live(ann, { device: device.deviceId, instance: device.instance })
        back.connection.closed()
        yield* rest
        yield* live(ann, { device: device.deviceId, instance: device.instance })
        yield* pass(5_000)
        assert.strictEqual(toldOf(watching, ann).length, before)
      })
  )
})
