import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { whileWork } from "../../src/fibers/whileWork.ts"
import { linesOf } from "../world/linesOf.ts"

/** Cups to make, one after the other; `make` makes one. */
const makeTea = (cups: Array<number>, make: (cup: number) => Effect.Effect<unknown>) => {
  const notes: Array<number | "rest"> = []
  const work = whileWork({
    hasWork: () => cups.length > 0,
    body: () =>
      Effect.suspend(() => {
        const cup = cups.shift() ?? 0
        return Effect.zipRight(
          make(cup),
          Effect.sync(() => notes.push(cup))
        )
      }),
    rest: () => void notes.push("rest"),
    failed: "A cup was not made"
  })
  return { notes, work } as const
}

describe("work while there is some", () => {
  it.effect("is done in order, and then rests", () =>
    Effect.gen(function* () {
      const { notes, work } = makeTea([1, 2], () => Effect.void)
      assert.deepStrictEqual(yield* linesOf(work), [])
      assert.deepStrictEqual(notes, [1, 2, "rest"])
    })
  )

  it.effect("goes on after a defect, which is told: a pause later with what is left", () =>
    Effect.gen(function* () {
      const { notes, work } = makeTea([1, 2, 3], (cup) => (cup === 2 ? Effect.dieMessage("no such cup") : Effect.void))
      const lines = yield* linesOf(
        Effect.gen(function* () {
          const fiber = yield* Effect.fork(work)
          yield* TestClock.adjust("999 millis")
          assert.deepStrictEqual(notes, [1])
          yield* TestClock.adjust("1 millis")
          yield* Fiber.join(fiber)
        })
      )
      assert.deepStrictEqual(notes, [1, 3, "rest"])
      assert.deepStrictEqual(lines, ["ERROR A cup was not made"])
    })
  )

  it.effect("that is cut does not rest, and is no fault", () =>
    Effect.gen(function* () {
      const { notes, work } = makeTea([1, 2], (cup) => (cup === 2 ? Effect.never : Effect.void))
      const lines = yield* linesOf(
        Effect.gen(function* () {
          const fiber = yield* Effect.fork(work)
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(fiber)
        })
      )
      assert.deepStrictEqual([notes, lines], [[1], []])
    })
  )
})
