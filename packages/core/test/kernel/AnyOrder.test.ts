/**
 * Actors under a scheduler that takes the turn from fibers anywhere: the kernel's own fiber may stop between any two
 * steps.
 */
import { assert, describe, it } from "@effect/vitest"
import { SimulatedTime } from "@hibiki/testing/simulation/SimulatedTime"
import { Effect, Either } from "effect"
import { ActorSystem } from "../../src/kernel/ActorSystem.ts"
import { resume } from "../../src/kernel/Behaviour.ts"

describe("actors whose dispatcher may lose its turn anywhere", () => {
  it("handle every message, also one that comes just as the dispatcher parks", () => {
    for (let seed = 0; seed < 300; seed++) {
      const time = new SimulatedTime(seed)
      const handled: Array<number> = []
      time.fork(
        Effect.gen(function* () {
          const system = yield* ActorSystem
          const spawned = system.spawn<undefined, number>("a", {
            name: "a",
            capacity: 100,
            onFull: "refuse",
            supervision: resume,
            init: () => undefined,
            receive: (_, message) => {
              handled.push(message)
              return undefined
            }
          })
          const ref = Either.getOrThrow(spawned)
          for (let n = 0; n < 20; n++) {
            ref.tell(n)
            yield* Effect.repeatN(Effect.yieldNow(), (seed * 7 + n * 3) % 11)
          }
          yield* Effect.sleep("1 second")
        }).pipe(Effect.provide(ActorSystem.layer))
      )
      // Nothing passes but the fibers' own steps.
      time.pass(0)
      assert.strictEqual(handled.length, 20, `seed ${seed}`)
    }
  })
})
