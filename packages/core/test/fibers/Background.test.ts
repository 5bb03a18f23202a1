import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope, TestClock } from "effect"
import { makeStart, whileWork } from "../../src/fibers/Background.ts"
import { linesOf } from "../world/linesOf.ts"
import { round } from "../world/waiting.ts"

const inScope = Effect.gen(function* () {
  const scope = yield* Scope.make()
  const start = yield* Scope.extend(makeStart, scope)
  return { start, close: Scope.close(scope, Exit.void) }
})

/** Waits for ever, and writes down when it is told to end. */
const hangingUntilEnd = (ended: Array<string>, name: string) =>
  Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.push(name)))

describe("Effects that plain code starts", () => {
  it.effect("go as far as they can before the call returns, and on from there", () =>
    Effect.gen(function* () {
      const { start } = yield* inScope
      const [began, go, done] = [[0], yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      start(
        Effect.sync(() => began.push(1)).pipe(
          Effect.zipRight(Deferred.await(go)),
          Effect.zipRight(Deferred.succeed(done, undefined))
        )
      )
      assert.deepStrictEqual(began, [0, 1])
      yield* Deferred.succeed(go, undefined)
      yield* Deferred.await(done)
    })
  )

  it.effect("are ended by the end of the scope, which waits until they are", () =>
    Effect.gen(function* () {
      const { close, start } = yield* inScope
      const ended: Array<string> = []
      start(hangingUntilEnd(ended, "one"))
      start(Effect.void)
      start(hangingUntilEnd(ended, "two"))
      yield* close
      assert.sameMembers(ended, ["one", "two"])
    })
  )

  it.effect("end where they first wait when the scope is closed already", () =>
    Effect.gen(function* () {
      const { close, start } = yield* inScope
      yield* close
      const [ended, done]: [Array<string>, Array<string>] = [[], []]
      start(Effect.sync(() => done.push("at once")))
      const told = yield* Deferred.make<void>()
      start(Effect.ensuring(hangingUntilEnd(ended, "late"), Deferred.succeed(told, undefined)))
      yield* Deferred.await(told)
      assert.deepStrictEqual([done, ended], [["at once"], ["late"]])
    })
  )

  it.effect("are told of when they die, at once or later, and not when they are ended", () =>
    Effect.gen(function* () {
      const lines = yield* linesOf(
        Effect.gen(function* () {
          const { close, start } = yield* inScope
          start(Effect.dieMessage("at once"))
          start(Effect.zipRight(Effect.yieldNow(), Effect.dieMessage("later")))
          start(Effect.never)
          yield* round
          yield* close
        })
      )
      const told = "ERROR What ran in the background ended by a fault"
      assert.deepStrictEqual(lines, [told, told])
    })
  )
})

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
