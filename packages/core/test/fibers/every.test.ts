import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { every } from "../../src/fibers/every.ts"
import { faultsCounted } from "../world/faultsCounted.ts"
import { linesOf } from "../world/linesOf.ts"

/** What was logged while so many rounds went by, a second apart, and how many there were. */
const rounds = (count: number, chore: (round: number) => Effect.Effect<unknown, string>) =>
  Effect.gen(function* () {
    let begun = 0
    const lines = yield* linesOf(
      Effect.gen(function* () {
        const fiber = yield* Effect.suspend(() => chore(++begun)).pipe(
          every("1 second", "The floor was not swept"),
          Effect.fork
        )
        yield* Effect.yieldNow()
        for (let i = 1; i < count; i++) yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
      })
    )
    return { begun, lines }
  })

describe("a chore", () => {
  it.effect("is done again after each rest", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* rounds(3, () => Effect.void), { begun: 3, lines: [] })
    })
  )

  it.effect("goes on after a round that died, which is told and counted, and after one that failed", () =>
    Effect.gen(function* () {
      const before = yield* faultsCounted
      const results = [Effect.void, Effect.dieMessage("no broom"), Effect.fail("away"), Effect.void]
      const { begun, lines } = yield* rounds(4, (round) => results[round - 1] ?? Effect.void)
      assert.strictEqual(begun, 4)
      assert.deepStrictEqual(lines, ["ERROR The floor was not swept", "WARN The floor was not swept"])
      assert.strictEqual((yield* faultsCounted) - before, 1)
    })
  )

  it.effect("goes on after a round that something else interrupted, and that is no fault", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* rounds(2, (round) => (round === 1 ? Effect.interrupt : Effect.void)), {
        begun: 2,
        lines: []
      })
    })
  )
})
