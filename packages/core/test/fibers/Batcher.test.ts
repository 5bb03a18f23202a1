import { assert, describe, it } from "@effect/vitest"
import { SimulatedTime } from "@hibiki/testing/simulation/SimulatedTime"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { makeBatcher } from "../../src/fibers/Batcher.ts"

describe("a batcher", () => {
  it.scoped("answers a lone caller at once, and those that come meanwhile together", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const batches: Array<ReadonlyArray<number>> = []
      const ask = yield* makeBatcher(3, (items: ReadonlyArray<number>) => {
        batches.push(items)
        return Effect.as(
          batches.length === 1 ? Deferred.await(gate) : Effect.void,
          items.map((n) => n * 2)
        )
      })
      const first = yield* Effect.fork(ask(1))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => batches.length === 1 })
      const rest = yield* Effect.forEach([2, 3, 4, 5], (n) => Effect.fork(ask(n)))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual([yield* Fiber.join(first), ...(yield* Fiber.join(Fiber.all(rest)))], [2, 4, 6, 8, 10])
      assert.deepStrictEqual(batches, [[1], [2, 3, 4], [5]])
    })
  )

  it.scoped("ends a batch before it weighs too much, and lets an item go alone that weighs too much by itself", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const batches: Array<ReadonlyArray<number>> = []
      const ask = yield* makeBatcher(
        4,
        (items: ReadonlyArray<number>) => {
          batches.push(items)
          return Effect.as(batches.length === 1 ? Deferred.await(gate) : Effect.void, items)
        },
        { of: (item) => item, most: 10 }
      )
      const callers = yield* Effect.forEach([1, 4, 6, 1, 50, 9, 2, 1, 1, 1, 1], (n) =>
        Effect.zipLeft(Effect.fork(ask(n)), Effect.yieldNow())
      )
      yield* Deferred.succeed(gate, undefined)
      assert.deepStrictEqual(yield* Fiber.join(Fiber.all(callers)), [1, 4, 6, 1, 50, 9, 2, 1, 1, 1, 1])
      assert.deepStrictEqual(batches, [[1], [4, 6], [1], [50], [9], [2, 1, 1, 1], [1]])
    })
  )

  it.scoped("fails the callers of a failed batch only", () =>
    Effect.gen(function* () {
      let runs = 0
      const ask = yield* makeBatcher(10, (items: ReadonlyArray<number>) =>
        ++runs === 1 ? Effect.fail("away" as const) : Effect.succeed(items)
      )
      assert.strictEqual(yield* Effect.flip(ask(1)), "away")
      assert.strictEqual(yield* ask(2), 2)
    })
  )

  it.effect("interrupts its callers when its scope ends, those of the batch under way and those that wait", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      let runs = 0
      const ask = yield* Scope.extend(
        makeBatcher(1, () => {
          runs++
          return Effect.never
        }),
        scope
      )
      const callers = yield* Effect.forEach([1, 2], (n) => Effect.zipLeft(Effect.fork(ask(n)), Effect.yieldNow()))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => runs === 1 })
      yield* Scope.close(scope, Exit.void)
      for (const caller of callers) assert.isTrue(Exit.isInterrupted(yield* Fiber.await(caller)))
    })
  )

  it("answers everybody, in whatever order fibers run: also one who asks just as the last batch ends", () => {
    for (let seed = 0; seed < 300; seed++) {
      const time = new SimulatedTime(seed)
      const answers: Array<number> = []
      time.fork(
        Effect.gen(function* () {
          const ask = yield* makeBatcher(3, (items: ReadonlyArray<number>) => Effect.as(Effect.yieldNow(), items))
          const asking = (n: number) => Effect.flatMap(Effect.repeatN(Effect.yieldNow(), n * 3), () => ask(n))
          const one = (n: number) => Effect.map(asking(n), (answer) => answers.push(answer))
          yield* Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], one, { concurrency: "unbounded" })
        }).pipe(Effect.scoped)
      )
      time.pass(1_000)
      assert.strictEqual(answers.length, 8, `seed ${seed}`)
    }
  })
})
