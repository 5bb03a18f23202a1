import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { paced } from "../../src/fibers/paced.ts"

/** When each round began (ms), of rounds that take 10 ms each and say what they are told. */
const begunAt = (rounds: number, round: (nth: number) => Effect.Effect<boolean, string>) =>
  Effect.gen(function* () {
    const begun: Array<number> = []
    const one = paced({ oneIn: 4, lateMs: 100 })(
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
