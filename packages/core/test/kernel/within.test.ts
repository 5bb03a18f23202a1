import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import { within } from "../../src/kernel/within.ts"

const late = () => "late" as const

/** Never answers, and says when it was told to end. */
const hanging = Effect.map(Deferred.make<void>(), (ended) => ({
  ended,
  ask: Effect.onInterrupt(Effect.never, () => Deferred.succeed(ended, undefined))
}))

describe("a deadline", () => {
  it.effect("passes on what came in time, and the failure of what failed", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* within("1 second", late)(Effect.succeed(1)), 1)
      assert.strictEqual(yield* within("1 second", late)(Effect.as(Effect.yieldNow(), 2)), 2)
      assert.strictEqual(yield* Effect.flip(within("1 second", late)(Effect.fail("no"))), "no")
      const exit = yield* Effect.exit(within("1 second", late)(Effect.die("a bug")))
      assert.deepStrictEqual(exit, Exit.die("a bug"))
    })
  )

  it.effect("ends what is late, and is told at its time", () =>
    Effect.gen(function* () {
      const { ask, ended } = yield* hanging
      const waiting = yield* Effect.fork(Effect.flip(within("1 second", late)(ask)))
      yield* TestClock.adjust("999 millis")
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(waiting), "late")
      yield* Deferred.await(ended)
    })
  )

  it.effect("leaves no timer behind where nothing can be interrupted", () =>
    Effect.gen(function* () {
      const done = yield* Effect.fork(Effect.uninterruptible(within("1 second", late)(Effect.as(Effect.yieldNow(), 1))))
      assert.strictEqual(yield* Fiber.join(done), 1)
    })
  )

  it.effect("ends with who waits", () =>
    Effect.gen(function* () {
      const { ask, ended } = yield* hanging
      const waiting = yield* Effect.fork(within("1 second", late)(ask))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(waiting)
      yield* Deferred.await(ended)
    })
  )
})
