import { assert, describe, it } from "@effect/vitest"
import { Cause, type Clock, Deferred, Effect, Exit, Fiber, Scope, TestClock } from "effect"
import { makeWithTimeout, releaseWithin } from "../../src/fibers/Time.ts"
import { rest } from "../world/waiting.ts"

const late = () => "late" as const

/** Never answers, and says when it was told to end. */
const hanging = Effect.map(Deferred.make<void>(), (ended) => ({
  ended,
  ask: Effect.onInterrupt(Effect.never, () => Deferred.succeed(ended, undefined))
}))

describe("a deadline", () => {
  it.scoped("passes on what came in time, and the failure of what failed", () =>
    Effect.gen(function* () {
      const within = yield* makeWithTimeout
      assert.strictEqual(yield* within(1_000, late)(Effect.succeed(1)), 1)
      assert.strictEqual(yield* within(1_000, late)(Effect.as(Effect.yieldNow(), 2)), 2)
      assert.strictEqual(yield* Effect.flip(within(1_000, late)(Effect.fail("no"))), "no")
      const exit = yield* Effect.exit(within(1_000, late)(Effect.die("a bug")))
      assert.deepStrictEqual(exit, Exit.die("a bug"))
    })
  )

  it.scoped("ends what is late, and is told at its time", () =>
    Effect.gen(function* () {
      const within = yield* makeWithTimeout
      const { ask, ended } = yield* hanging
      const waiting = yield* Effect.fork(Effect.flip(within(1_000, late)(ask)))
      yield* TestClock.adjust("999 millis")
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* Fiber.join(waiting), "late")
      yield* Deferred.await(ended)
    })
  )

  it.scoped("is kept for each that asks, whichever of them was first and whatever ended before", () =>
    Effect.gen(function* () {
      const within = yield* makeWithTimeout
      const told: Array<number> = []
      const { ask } = yield* hanging
      const asking = (ms: number) => Effect.fork(Effect.flip(within(ms, () => told.push(ms))(ask)))
      yield* asking(3_000)
      yield* asking(1_000)
      const ended = yield* asking(500)
      yield* asking(2_000)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(ended)
      for (const expected of [[1_000], [1_000, 2_000], [1_000, 2_000, 3_000]]) {
        yield* TestClock.adjust("999 millis")
        assert.deepStrictEqual(told, expected.slice(0, -1))
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(told, expected)
      }
      yield* asking(1_000)
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(told.length, 4)
    })
  )

  it.scoped("leaves nothing behind where nothing can be interrupted", () =>
    Effect.gen(function* () {
      const within = yield* makeWithTimeout
      const done = yield* Effect.fork(Effect.uninterruptible(within(1_000, late)(Effect.as(Effect.yieldNow(), 1))))
      assert.strictEqual(yield* Fiber.join(done), 1)
    })
  )

  it.scoped("ends with who waits", () =>
    Effect.gen(function* () {
      const within = yield* makeWithTimeout
      const { ask, ended } = yield* hanging
      const waiting = yield* Effect.fork(within(1_000, late)(ask))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(waiting)
      yield* Deferred.await(ended)
    })
  )

  it.effect("leaves no sleeper behind when its scope closes, which many share", () =>
    Effect.gen(function* () {
      let [slept, awake] = [0, 0]
      const sleeping = Effect.sync(() => slept++).pipe(Effect.zipRight(Effect.never))
      const sleep = () => Effect.onInterrupt(sleeping, () => Effect.sync(() => awake++))
      const clock: Clock.Clock = { ...(yield* Effect.clock), unsafeCurrentTimeNanos: () => 0n, sleep }
      const scope = yield* Scope.make()
      const within = yield* makeWithTimeout.pipe(Scope.extend(scope), Effect.withClock(clock))
      const { ask } = yield* hanging
      const waiting = yield* Effect.forEach([1, 2, 3], () => Effect.fork(within(1_000, late)(ask)))
      yield* Effect.yieldNow()
      assert.deepStrictEqual([slept, awake], [1, 0])
      yield* Scope.close(scope, Exit.void)
      yield* Effect.yieldNow()
      assert.deepStrictEqual([slept, awake], [1, 1])
      yield* Fiber.interruptAll(waiting)
    })
  )
})

/** What came of a release with a deadline of a second, in the scope that was given. */
const releaseAtEnd = (release: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const notes: Array<string> = []
    yield* Effect.addFinalizer(() =>
      release.pipe(
        releaseWithin("1 second"),
        Effect.exit,
        Effect.map((exit) => {
          notes.push(
            Exit.isSuccess(exit)
              ? "released"
              : Cause.squash(exit.cause) instanceof Cause.TimeoutException
                ? "late"
                : "failed"
          )
        })
      )
    )
    return notes
  })

describe("a release with a deadline", () => {
  it.effect("holds up the end of its scope no longer than that", () =>
    Effect.gen(function* () {
      const [scope, answer] = [yield* Scope.make(), yield* Deferred.make<void>()]
      const notes = yield* Scope.extend(releaseAtEnd(Deferred.await(answer)), scope)
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* TestClock.adjust("999 millis")
      assert.strictEqual(closing.unsafePoll(), null)
      yield* TestClock.adjust("1 millis")
      yield* rest
      const notesInTime = [...notes]
      // Else the end of the test waited for it.
      yield* Deferred.succeed(answer, undefined)
      yield* Fiber.join(closing)
      assert.deepStrictEqual(notesInTime, ["late"])
    })
  )

  it.effect("comes to its end within it, also where the scope ends by an interruption", () =>
    Effect.gen(function* () {
      const began = yield* Deferred.make<ReadonlyArray<string>>()
      const use = Effect.gen(function* () {
        yield* Deferred.succeed(began, yield* releaseAtEnd(Effect.sleep("500 millis")))
        return yield* Effect.never
      })
      const user = yield* Effect.fork(Effect.scoped(use))
      const notes = yield* Deferred.await(began)
      const ending = yield* Effect.fork(Fiber.interrupt(user))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.join(ending)
      assert.deepStrictEqual(notes, ["released"])
    })
  )
})
