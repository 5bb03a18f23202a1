import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { DeviceId, InstanceId } from "../../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../../src/domain/Uuid.ts"
import { pass, presenceStage, seen, takes, toldOf } from "./presenceStage.ts"

/** Ann's device is at a second gateway, and Bob watches her from the first. */
const stage = Effect.gen(function* () {
  const { ann, bob, live, watcher, world } = yield* presenceStage()
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const other = yield* Scope.extend(world.anotherGateway, scope)
  const annsDevice = { device: DeviceId.make(yield* makeUuidV7), instance: InstanceId.make(yield* makeUuidV7) }
  yield* live(ann, { ...annsDevice, at: other })
  const bobs = yield* watcher(bob, [ann])
  assert.strictEqual(seen(bobs, ann), "active")
  /** As an operator stops it. */
  const stop = Effect.gen(function* () {
    const drain = yield* Effect.fork(other.drain(1))
    yield* pass(2_000, 100)
    yield* Fiber.join(drain)
    yield* Scope.close(scope, Exit.void)
  })
  return { ann, bobs, stop, comeBack: live(ann, annsDevice) } as const
})

describe("presence when a gateway goes away", () => {
  it.scoped("of who is back elsewhere within the grace nobody is told that it was gone", () =>
    Effect.gen(function* () {
      const { ann, bobs, comeBack, stop } = yield* stage
      yield* stop
      yield* pass(2_000)
      yield* comeBack
      yield* pass(15_000)
      assert.deepStrictEqual([...new Set(toldOf(bobs, ann).map(({ state }) => state))], ["active"])
    })
  )

  it.scoped("who does not come back is gone after the grace", () =>
    Effect.gen(function* () {
      const { ann, bobs, stop } = yield* stage
      yield* stop
      yield* takes(7_000, () => seen(bobs, ann) === "offline")
    })
  )
})
