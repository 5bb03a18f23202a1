import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { repeatEvery, throttle } from "../../src/fibers/repeating.ts"
import { faultsCounted } from "../world/faultsCounted.ts"
import { linesOf } from "../world/linesOf.ts"

/** What was logged while so many chores went by, a second apart, and how many there were. */
const chores = (count: number, chore: (round: number) => Effect.Effect<unknown, string>) =>
  Effect.gen(function* () {
    let begun = 0
    const lines = yield* linesOf(
      Effect.gen(function* () {
        const fiber = yield* Effect.suspend(() => chore(++begun)).pipe(
          repeatEvery("1 second", "The floor was not swept"),
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
      assert.deepStrictEqual(yield* chores(3, () => Effect.void), { begun: 3, lines: [] })
    })
  )

  it.effect("goes on after a round that died, which is told and counted, and after one that failed", () =>
    Effect.gen(function* () {
      const before = yield* faultsCounted
      const results = [Effect.void, Effect.dieMessage("no broom"), Effect.fail("away"), Effect.void]
      const { begun, lines } = yield* chores(4, (round) => results[round - 1] ?? Effect.void)
      assert.strictEqual(begun, 4)
      assert.deepStrictEqual(lines, ["ERROR The floor was not swept", "WARN The floor was not swept"])
      assert.strictEqual((yield* faultsCounted) - before, 1)
    })
  )

  it.effect("goes on after a round that something else interrupted, and that is no fault", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* chores(2, (round) => (round === 1 ? Effect.interrupt : Effect.void)), {
        begun: 2,
        lines: []
      })
    })
  )
})

/** Start times (ms) of rounds that take 10 ms each. `round` decides whether there is more work. */
const begunAt = (rounds: number, round: (nth: number) => Effect.Effect<boolean, string>) =>
  Effect.gen(function* () {
    const begun: Array<number> = []
    const one = throttle({ oneIn: 4, lateMs: 100 })(
      Effect.gen(function* () {
        begun.push(yield* Clock.currentTimeMillis)
        yield* Effect.sleep(10)
        return yield* round(begun.length)
      })
    )
    const fiber = yield* Effect.fork(Effect.ignore(one).pipe(Effect.repeatN(rounds - 1)))
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    return begun
  })

describe("rounds of a chore", () => {
  it.effect("rest three times as long as they took, but for the last", () =>
    Effect.gen(function* () {
      const told = [true, true, false, false, true, true]
      assert.deepStrictEqual(
        yield* begunAt(6, (nth) => Effect.succeed(told[nth - 1] ?? false)),
        [0, 40, 80, 90, 100, 140]
      )
    })
  )

  it.effect("rest no more while they are late", () =>
    Effect.gen(function* () {
      const told = [true, true, true, true, true, false, true, true]
      assert.deepStrictEqual(
        yield* begunAt(8, (nth) => Effect.succeed(told[nth - 1] ?? false)),
        [0, 40, 80, 120, 130, 140, 150, 190]
      )
    })
  )

  it.effect("begin anew after one that failed", () =>
    Effect.gen(function* () {
      const rounds = begunAt(5, (nth) => (nth === 3 ? Effect.fail("away") : Effect.succeed(true)))
      assert.deepStrictEqual(yield* rounds, [0, 40, 80, 90, 130])
    })
  )
})
