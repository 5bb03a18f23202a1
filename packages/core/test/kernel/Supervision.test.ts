import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, TestClock } from "effect"
import { admitRestart, type Behaviour, restart, resume, type Supervision, stop } from "../../src/kernel/Behaviour.ts"
import { type End, onStage, start, watching } from "./stage.ts"

type Order = "count" | "throw" | "fail" | "die" | "interrupt" | "fail later"

interface Count {
  n: number
}

const broken = (order: Order): Effect.Effect<void, Error> => {
  if (order === "fail") return Effect.fail(new Error("it failed"))
  if (order === "die") return Effect.die(new Error("it died"))
  if (order === "interrupt") return Effect.interrupt
  return Effect.yieldNow().pipe(Effect.zipRight(Effect.fail(new Error("it failed later"))))
}

const counter = (supervision: Supervision, reports: Array<number> = []): Behaviour<Count, Order> => ({
  name: "counter",
  capacity: 100,
  onFull: "refuse",
  supervision,
  init: () => ({ n: 0 }),
  receive: (self, order) => {
    if (order === "throw") throw new Error("it threw")
    if (order !== "count") return broken(order)
    self.state.n++
    reports.push(self.state.n)
  }
})

describe("Supervision", () => {
  for (const order of ["throw", "fail", "die", "interrupt", "fail later"] as const) {
    it.effect(
      `resume: an actor whose handler ends by "${order}" keeps its state and goes on with the next message`,
      () =>
        onStage((system, log) =>
          Effect.gen(function* () {
            const reports: Array<number> = []
            const actor = start(system, "actor", counter(resume, reports))
            for (const each of ["count", order, "count"] as const) actor.tell(each)
            yield* system.settled
            yield* system.settled
            assert.deepStrictEqual(reports, [1, 2])
            assert.strictEqual(system.counters.failures, 1)
            assert.deepStrictEqual(
              log.map(({ actor: path, level }) => [level, path]),
              [["ERROR", "actor"]]
            )
            assert.isDefined(system.list()[0]?.lastFailure)
          })
        )
    )
  }

  it.effect(
    "a thousand failures of one kind are all counted, fill no log, and are logged again later; another kind is logged beside them",
    () =>
      onStage((system, log) =>
        Effect.gen(function* () {
          const kinds = () => log.map(({ actor: path }) => String(path).split("/")[0])
          for (let i = 0; i < 1_000; i++) start(system, `many/${i}`, counter(resume)).tell("throw")
          yield* system.settled
          start(system, "other", { ...counter(resume), name: "other" }).tell("throw")
          yield* system.settled
          assert.strictEqual(system.counters.failures, 1_001)
          assert.deepStrictEqual(kinds(), [...Array.from({ length: 20 }, () => "many"), "other"])
          yield* TestClock.adjust(10_000)
          start(system, "many/late", counter(resume)).tell("throw")
          yield* system.settled
          assert.strictEqual(kinds().at(-1), "many")
        })
      )
  )

  it.effect("a failure is logged with its cause and kept as the last one", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        yield* TestClock.adjust(1500)
        const actor = start(system, "actor", counter(resume))
        actor.tell("fail")
        actor.tell("throw")
        yield* system.settled
        assert.include(log[0]?.text, "it failed")
        assert.include(log[1]?.text, "it threw")
        assert.deepStrictEqual(system.list()[0]?.lastFailure, { atMs: 1500, error: "Error" })
      })
    )
  )

  it.effect("restart: fresh state, and what waited in the mailbox is still handled", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const reports: Array<number> = []
        const actor = start(system, "actor", counter(restart({ times: 3, within: "5 seconds" }), reports))
        for (const each of ["count", "count", "fail", "count"] as const) actor.tell(each)
        yield* system.settled
        assert.deepStrictEqual(reports, [1, 2, 1])
        assert.strictEqual(system.list()[0]?.restarts, 1)
        assert.strictEqual(system.counters.restarts, 1)
      })
    )
  )

  it.effect(
    "restarts are counted in a window: spread out they go on for ever, one too many inside it stops the actor",
    () =>
      onStage((system) =>
        Effect.gen(function* () {
          const ends: Array<End> = []
          const actor = start(system, "actor", counter(restart({ times: 2, within: "5 seconds" })))
          start(system, "watcher", watching(ends)).tell(actor)
          for (let n = 0; n < 6; n++) {
            actor.tell("throw")
            yield* system.settled
            yield* TestClock.adjust("2500 millis")
          }
          assert.isFalse(actor.isStopped)
          assert.strictEqual(system.list({ kind: "counter" })[0]?.restarts, 6)
          for (let n = 0; n < 2; n++) {
            actor.tell("throw")
            yield* system.settled
          }
          assert.deepStrictEqual(ends, [["actor", "Failed"]])
          assert.strictEqual(actor.tell("count"), "stopped")
        })
      )
  )

  it.effect("an init that fails at a restart counts as the next failure", () =>
    onStage((system) =>
      Effect.gen(function* () {
        let inits = 0
        const ends: Array<End> = []
        const behaviour: Behaviour<Count, Order> = {
          ...counter(restart({ times: 4, within: "5 seconds" })),
          init: () => {
            if (inits++ > 0) throw new Error("no second start")
            return { n: 0 }
          }
        }
        const actor = start(system, "actor", behaviour)
        start(system, "watcher", watching(ends)).tell(actor)
        actor.tell("throw")
        yield* system.settled
        assert.strictEqual(inits, 5)
        assert.strictEqual(system.counters.failures, 5)
        assert.deepStrictEqual(ends, [["actor", "Failed"]])
      })
    )
  )

  it.effect("stop: the first failure ends the actor, and onStop hears the cause", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const farewells: Array<string> = []
        const behaviour: Behaviour<Count, Order> = {
          ...counter(stop),
          onStop: (_, reason) => {
            if (reason._tag === "Failed") farewells.push(String(reason.cause))
          }
        }
        const actor = start(system, "actor", behaviour)
        actor.tell("fail")
        actor.tell("count")
        yield* system.settled
        assert.lengthOf(farewells, 1)
        assert.include(farewells[0], "it failed")
        assert.strictEqual(system.count, 0)
        assert.strictEqual(system.counters.discarded, 1)
      })
    )
  )

  it("a window never admits more restarts than its times, and always one after it has passed", () => {
    const gaps = FastCheck.array(FastCheck.nat(400), { maxLength: 60 })
    FastCheck.assert(
      FastCheck.property(
        gaps,
        FastCheck.integer({ min: 1, max: 5 }),
        FastCheck.integer({ min: 1, max: 1000 }),
        (steps, times, withinMs) => {
          const admitted: Array<number> = []
          let recent: ReadonlyArray<number> = []
          let nowMs = 0
          for (const step of steps) {
            nowMs += step
            const next = admitRestart({ times, withinMs }, recent, nowMs)
            const inWindow = admitted.filter((at) => nowMs - at < withinMs)
            assert.strictEqual(next !== undefined, inWindow.length < times)
            if (next === undefined) continue
            admitted.push(nowMs)
            recent = next
            assert.isAtMost(recent.length, times)
          }
        }
      )
    )
  })
})
