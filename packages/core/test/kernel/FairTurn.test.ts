import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FiberId } from "effect"
import { FairTurn } from "../../src/kernel/FairTurn.ts"

/** Takes the turn, notes its name, and keeps it until it is told. */
const user = (turn: FairTurn, name: string, notes: Array<string>, work: Effect.Effect<void> = Effect.yieldNow()) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.zipRight(
      restore(turn.take),
      restore(
        Effect.zipRight(
          Effect.sync(() => notes.push(name)),
          work
        )
      ).pipe(Effect.ensuring(turn.release))
    )
  )

describe("FairTurn", () => {
  it.effect("one at a time, in the order in which they came", () =>
    Effect.gen(function* () {
      const turn = new FairTurn()
      let inside = 0
      let most = 0
      const notes: Array<string> = []
      const work = Effect.gen(function* () {
        most = Math.max(most, ++inside)
        yield* Effect.yieldNow()
        inside--
      })
      const names = Array.from({ length: 50 }, (_, i) => `${i}`)
      yield* Effect.forEach(names, (name) => user(turn, name, notes, work), { concurrency: "unbounded" })
      assert.strictEqual(most, 1)
      assert.deepStrictEqual(notes, names)
      yield* user(turn, "later", notes)
      assert.strictEqual(notes.at(-1), "later")
    })
  )

  it.effect("who is interrupted while waiting leaves the line", () =>
    Effect.gen(function* () {
      const turn = new FairTurn()
      const notes: Array<string> = []
      yield* turn.take
      const gone = yield* Effect.fork(user(turn, "gone", notes))
      const next = yield* Effect.fork(user(turn, "next", notes))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(gone)
      yield* turn.release
      yield* Fiber.join(next)
      assert.deepStrictEqual(notes, ["next"])
    })
  )

  it.effect("a turn given to one who is interrupted at that moment goes on to the next", () =>
    Effect.gen(function* () {
      const turn = new FairTurn()
      const notes: Array<string> = []
      yield* turn.take
      const gone = yield* Effect.fork(user(turn, "gone", notes, Effect.never))
      const next = yield* Effect.fork(user(turn, "next", notes))
      yield* Effect.yieldNow()
      // Before it has taken its next step: it is given the turn, and never gets to use it.
      yield* turn.release
      gone.unsafeInterruptAsFork(FiberId.none)
      yield* Fiber.join(next)
      assert.strictEqual(notes.at(-1), "next")
    })
  )
})
