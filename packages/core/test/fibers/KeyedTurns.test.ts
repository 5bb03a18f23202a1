import { assert, describe, it } from "@effect/vitest"
import { KeyedTurns } from "@hibiki/core/fibers/KeyedTurns"
import { Deferred, Effect, Fiber } from "effect"

describe("turns by key", () => {
  it.effect("let so many of one key run at once, in order, and others' beside them", () =>
    Effect.gen(function* () {
      const turns = new KeyedTurns({ atOnce: 2, waiting: 2 })
      const begun: Array<string> = []
      const open = yield* Deferred.make<void>()
      const call = (key: string, name: string) =>
        Effect.fork(
          turns.run(
            key,
            Effect.zipRight(
              Effect.sync(() => void begun.push(name)),
              Effect.as(Deferred.await(open), "done")
            ),
            Effect.succeed("refused")
          )
        )
      const fibers = yield* Effect.forEach(["a1", "a2", "a3", "a4", "a5"], (name) =>
        Effect.zipLeft(call("a", name), Effect.yieldNow())
      )
      fibers.push(yield* call("b", "b1"))
      yield* Effect.yieldNow()
      assert.deepStrictEqual(begun, ["a1", "a2", "b1"])
      // Who is interrupted while it waits gives its place up.
      if (fibers[2] !== undefined) yield* Fiber.interrupt(fibers[2])
      fibers.push(yield* call("a", "a6"))
      yield* Effect.yieldNow()
      yield* Deferred.succeed(open, undefined)
      const ends = yield* Effect.forEach(fibers, (fiber) =>
        Effect.map(Fiber.await(fiber), (exit) => (exit._tag === "Success" ? exit.value : "interrupted"))
      )
      assert.deepStrictEqual(ends, ["done", "done", "interrupted", "done", "refused", "done", "done"])
      assert.deepStrictEqual(begun, ["a1", "a2", "b1", "a4", "a6"])
    })
  )
})
