import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Scope, TestClock } from "effect"
import { releaseWithin } from "../../src/fibers/releaseWithin.ts"
import { rest } from "../world/waiting.ts"

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
