import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { group, run } from "../../world/logRuns.ts"
import { pair } from "../../world/pair.ts"

describe("a user's actor", () => {
  it.scoped("keeps no place in what its user was removed from once it is added to something else", () =>
    Effect.gen(function* () {
      const { ann, bob, log, world } = yield* pair()
      const device = yield* world.connect(bob)
      yield* device.op("live")
      const system = yield* world.actors
      const label = () => system.list({ kind: "user" }).find(({ path }) => path === `user/${bob}`)?.label
      assert.strictEqual(label(), "1 devices, 2 logs")
      for (let left = log, times = 0; times < 3; times++) {
        yield* world.provide(run(ann, left, { kind: "remove", userId: bob }))
        left = yield* world.provide(group(ann, [bob]))
        yield* device.op("behind", ({ conversationId }) => conversationId === left)
        yield* world.settled
      }
      assert.strictEqual(label(), "1 devices, 2 logs")
    })
  )
})
