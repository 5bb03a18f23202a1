import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, TestClock } from "effect"
import { restart, resume, stop } from "../../src/kernel/Behaviour.ts"
import { acting, type End, onStage, start, watching, writing } from "./stage.ts"

describe("Stopping", () => {
  it.effect("drain handles what waits, then runs onStop, then the path is free", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const actor = start(
          system,
          "actor",
          writing(seen, { onStop: (_, reason) => void seen.push(`stopped: ${reason._tag}`) })
        )
        actor.tell("first")
        actor.tell("second")
        actor.stop("drain")
        assert.isTrue(actor.isStopped)
        assert.strictEqual(actor.tell("third"), "stopped")
        assert.strictEqual(system.spawn("actor", writing<string>([]))._tag, "Left")
        yield* system.stop("actor")
        assert.deepStrictEqual(seen, ["first", "second", "stopped: Requested"])
        assert.strictEqual(system.spawn("actor", writing<string>([]))._tag, "Right")
      })
    )
  )

  it.effect("now interrupts the Effect in hand, throws away what waits, and runs onStop last", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const actor = start(
          system,
          "actor",
          acting<string>(
            (_, word) =>
              Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => void seen.push(`${word} interrupted`)))),
            {
              onStop: () => void seen.push("onStop")
            }
          )
        )
        actor.tell("first")
        actor.tell("second")
        yield* system.settled
        yield* system.stop("actor", "now")
        assert.deepStrictEqual(seen, ["first interrupted", "onStop"])
        assert.strictEqual(system.counters.discarded, 1)
        // The interruption was asked for: it is no failure.
        assert.deepStrictEqual(log, [])
        assert.strictEqual(system.counters.failures, 0)
      })
    )
  )

  it.effect("a wish to drain does not call back an actor that goes now", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const actor = start(
          system,
          "actor",
          writing(seen, { onStop: (_, reason) => void seen.push(JSON.stringify(reason)) })
        )
        actor.tell("waiting")
        actor.stop("now")
        actor.stop("drain")
        yield* system.settled
        assert.deepStrictEqual(seen, [JSON.stringify({ _tag: "Requested", how: "now" })])
      })
    )
  )

  it.effect("a drain that takes too long is cut", () =>
    onStage(
      (system) =>
        Effect.gen(function* () {
          const seen: Array<string> = []
          const actor = start(
            system,
            "actor",
            acting<string>(() => Effect.never, { onStop: () => void seen.push("onStop") })
          )
          actor.tell("for ever")
          actor.tell("never reached")
          const stopped = yield* Effect.fork(system.stop("actor"))
          yield* TestClock.adjust("2999 millis")
          assert.isNull(stopped.unsafePoll())
          yield* TestClock.adjust("1 millis")
          yield* Fiber.join(stopped)
          assert.deepStrictEqual(seen, ["onStop"])
        }),
      { drain: "3 seconds" }
    )
  )

  it.effect("an Effect that does not heed its interruption is left behind, and that is told", () =>
    onStage(
      (system, log) =>
        Effect.gen(function* () {
          const gate = yield* Deferred.make<void>()
          const actor = start(
            system,
            "actor",
            acting<string>(() => Effect.uninterruptible(Deferred.await(gate)))
          )
          actor.tell("hold")
          yield* system.settled
          const stopped = yield* Effect.fork(system.stop("actor", "now"))
          yield* TestClock.adjust("1999 millis")
          assert.isNull(stopped.unsafePoll())
          yield* TestClock.adjust("1 millis")
          yield* Fiber.join(stopped)
          assert.strictEqual(system.count, 0)
          assert.include(log[0]?.text, "did not end in time")
          yield* Deferred.succeed(gate, undefined)
        }),
      { cut: "2 seconds" }
    )
  )

  it.effect("an onStop that does not end is interrupted and left behind, and that is told", () =>
    onStage(
      (system, log) =>
        Effect.gen(function* () {
          const seen: Array<string> = []
          start(
            system,
            "actor",
            acting<string>(() => undefined, {
              onStop: () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void seen.push("interrupted")))
            })
          )
          const stopped = yield* Effect.fork(system.stop("actor"))
          yield* TestClock.adjust("2 seconds")
          yield* Fiber.join(stopped)
          assert.include(log[0]?.text, "did not end in time")
          assert.deepStrictEqual(seen, ["interrupted"])
        }),
      { cut: "2 seconds" }
    )
  )

  it.effect("the time a drain may take is not charged to onStop", () =>
    onStage(
      (system, log) =>
        Effect.gen(function* () {
          const seen: Array<string> = []
          const actor = start(
            system,
            "actor",
            writing(seen, {
              onStop: () => Effect.sync(() => void seen.push("onStop ended")).pipe(Effect.delay("4 seconds"))
            })
          )
          actor.tell("waiting")
          actor.stop("drain")
          const stopped = yield* Effect.fork(system.stop("actor"))
          yield* TestClock.adjust("4 seconds")
          yield* Fiber.join(stopped)
          assert.deepStrictEqual(seen, ["waiting", "onStop ended"])
          assert.deepStrictEqual(log, [])
        }),
      { drain: "3 seconds", cut: "5 seconds" }
    )
  )

  it.effect("an actor that stops itself ends after the message and the Effect in hand", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const actor = start(
          system,
          "actor",
          acting<string>(
            (self, word) => {
              self.stop("enough")
              return Effect.yieldNow().pipe(Effect.zipRight(Effect.sync(() => void seen.push(word))))
            },
            { onStop: (_, reason) => void seen.push(reason._tag === "Finished" ? String(reason.detail) : reason._tag) }
          )
        )
        actor.tell("first")
        actor.tell("second")
        yield* system.stop("actor")
        assert.deepStrictEqual(seen, ["first", "enough"])
        assert.strictEqual(system.armedTimers, 0)
      })
    )
  )

  it.effect("an Effect that cuts its own actor is interrupted", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const actor = start(
          system,
          "actor",
          acting<string>((self) => Effect.sync(() => self.ref.stop("now")).pipe(Effect.zipRight(Effect.never)), {
            onStop: () => void seen.push("onStop")
          })
        )
        actor.tell("go")
        yield* system.settled
        yield* system.settled
        assert.deepStrictEqual(seen, ["onStop"])
        assert.strictEqual(system.count, 0)
      })
    )
  )

  it.effect("an actor on its way out arms no timers and spawns no children", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const actor = start(
          system,
          "actor",
          acting<string>(() => undefined, {
            onStop: (self) => {
              self.after(1000, "too late")
              self.spawn("child", writing<string>([]))
            }
          })
        )
        actor.stop()
        yield* system.settled
        assert.strictEqual(system.armedTimers, 0)
        assert.strictEqual(system.counters.spawned, 1)
        assert.include(log[0]?.text, "ActorStopped")
      })
    )
  )

  it.effect("an onStop that fails is logged, and the actor is gone all the same", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const ends: Array<End> = []
        const actor = start(
          system,
          "actor",
          acting<string>(() => undefined, { onStop: () => Effect.fail(new Error("bad farewell")) })
        )
        start(system, "watcher", watching(ends)).tell(actor)
        yield* system.settled
        yield* system.stop("actor")
        yield* system.settled
        assert.include(log[0]?.text, "bad farewell")
        assert.deepStrictEqual(ends, [["actor", "Requested"]])
      })
    )
  )

  it.effect("a failure while draining ends the drain, unless the behaviour resumes", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const fates = [resume, restart({ times: 3, within: "5 seconds" }), stop].map((supervision, n) => {
          const seen: Array<string> = []
          const failOnFirst = (_: unknown, word: string) => {
            seen.push(word)
            if (word === "first") throw new Error("the first one fails")
          }
          const actor = start(system, `actor/${n}`, acting<string>(failOnFirst, { supervision }))
          actor.tell("first")
          actor.tell("second")
          actor.stop("drain")
          return seen
        })
        yield* system.settled
        assert.deepStrictEqual(fates, [["first", "second"], ["first"], ["first"]])
        assert.strictEqual(system.count, 0)
      })
    )
  )
})
