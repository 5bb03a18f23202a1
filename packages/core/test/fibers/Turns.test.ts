import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, FiberId, type Scheduler, Scope } from "effect"
import { FairTurn, KeyedTurns } from "../../src/fibers/Turns.ts"

/** Takes the turn, notes its name, and keeps it until it is told. */
const user = (turn: FairTurn, name: string, notes: Array<string>, work: Effect.Effect<void> = Effect.yieldNow()) =>
  turn.take.pipe(Effect.zipRight(Effect.sync(() => notes.push(name))), Effect.zipRight(work), Effect.scoped)

/** Has the turn until `release`. */
const hold = (turn: FairTurn) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Scope.extend(turn.take, scope)
    return { release: Scope.close(scope, Exit.void) }
  })

/**
 * Runs fibers when told, and makes the first one pause before one of its operations, as Effect's own does every 2,048.
 */
class PausingScheduler implements Scheduler.Scheduler {
  private readonly tasks: Array<() => void> = []
  private left: number
  constructor(pauseBefore: number) {
    this.left = pauseBefore
  }
  scheduleTask(task: () => void): void {
    this.tasks.push(task)
  }
  shouldYield(): number | false {
    return --this.left === 0 ? 0 : false
  }
  get hasPaused(): boolean {
    return this.left <= 0
  }
  /** Lets all go on that can; until the pause, if it is still to come. */
  run(): void {
    const before = this.hasPaused
    for (let task = this.tasks.shift(); task !== undefined; task = this.tasks.shift()) {
      task()
      if (this.hasPaused !== before) return
    }
  }
}

/**
 * Interrupts a user of the turn in a pause before each of his operations, and gives those after which nobody has the
 * turn any more.
 */
const pausesThatLoseIt = (isFree: boolean): Effect.Effect<ReadonlyArray<number>> =>
  Effect.gen(function* () {
    const lost: Array<number> = []
    for (let pauseBefore = 1; ; pauseBefore++) {
      const scheduler = new PausingScheduler(pauseBefore)
      const turn = new FairTurn()
      const holder = isFree ? undefined : yield* hold(turn)
      const gone = Effect.runFork(user(turn, "gone", [], Effect.void), { scheduler })
      if (!scheduler.hasPaused && holder !== undefined) {
        yield* holder.release
        scheduler.run()
      }
      if (!scheduler.hasPaused) return lost
      gone.unsafeInterruptAsFork(FiberId.none)
      scheduler.run()
      if (holder !== undefined) yield* holder.release
      const next = Effect.runFork(user(turn, "next", [], Effect.void), { scheduler })
      scheduler.run()
      if (next.unsafePoll()?._tag !== "Success") lost.push(pauseBefore)
    }
  })

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
      const { release } = yield* hold(turn)
      const gone = yield* Effect.fork(user(turn, "gone", notes))
      const next = yield* Effect.fork(user(turn, "next", notes))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(gone)
      yield* release
      yield* Fiber.join(next)
      assert.deepStrictEqual(notes, ["next"])
    })
  )

  it.effect("a turn given to one who is interrupted at that moment goes on to the next", () =>
    Effect.gen(function* () {
      const turn = new FairTurn()
      const notes: Array<string> = []
      const { release } = yield* hold(turn)
      const gone = yield* Effect.fork(user(turn, "gone", notes, Effect.never))
      const next = yield* Effect.fork(user(turn, "next", notes))
      yield* Effect.yieldNow()
      // Before it has taken its next step: it is given the turn, and never gets to use it.
      yield* release
      gone.unsafeInterruptAsFork(FiberId.none)
      yield* Fiber.join(next)
      assert.strictEqual(notes.at(-1), "next")
    })
  )

  it.effect("is not lost with one who is interrupted in a pause of his fiber, wherever that falls", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pausesThatLoseIt(true), [], "a free turn")
      assert.deepStrictEqual(yield* pausesThatLoseIt(false), [], "a turn that he waits for")
    })
  )
})

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
