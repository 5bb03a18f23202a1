import { assert, describe, it } from "@effect/vitest"
import { Effect, TestServices } from "effect"
import type { ActorSystemApi } from "../../src/kernel/Behaviour.ts"
import { acting, onStage, start, writing } from "./stage.ts"

/** Tells itself for ever. */
const busy = acting<number>((self, n) => void self.ref.tell(n + 1), { name: "busy" })

/** Waits on live timers of no length: they are events of the loop, and fire only while the dispatcher lets go of it. */
const untilHandled = (system: ActorSystemApi, messages: number): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let events = 0; events < 3 || system.counters.messages < messages; events++)
      yield* TestServices.provideLive(Effect.sleep(0))
  })

describe("Fairness", () => {
  it.effect("an actor that tells itself for ever does not starve another", () =>
    onStage((system) =>
      Effect.gen(function* () {
        start(system, "busy", busy).tell(0)
        const other = start(
          system,
          "other",
          acting<(n: number) => void>((_, reply) => reply(1))
        )
        for (let n = 0; n < 10; n++) assert.strictEqual(yield* other.ask<number>((reply) => reply, "1 second"), 1)
        system.find("busy")?.stop("now")
      })
    )
  )

  it.effect("an actor that tells itself for ever does not starve the event loop", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(system, "busy", busy)
        actor.tell(0)
        yield* untilHandled(system, 2000)
        actor.stop("now")
      })
    )
  )

  it.effect("nor does one that crosses fibers by microtasks alone", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(
          system,
          "busy",
          acting<number>((self, n) =>
            Effect.yieldNow().pipe(Effect.zipRight(Effect.sync(() => void self.ref.tell(n + 1))))
          )
        )
        actor.tell(0)
        yield* untilHandled(system, 20)
        actor.stop("now")
      })
    )
  )

  it.effect("each ready actor has a quantum before the first one has its next", () =>
    onStage(
      (system) =>
        Effect.gen(function* () {
          const seen: Array<string> = []
          const [a, b] = ["a", "b"].map((path) => start(system, path, writing(seen)))
          for (let n = 0; n < 6; n++) a?.tell("a")
          for (let n = 0; n < 4; n++) b?.tell("b")
          yield* system.settled
          assert.deepStrictEqual(seen.join(""), "aaabbbaaab")
        }),
      { quantum: 3 }
    )
  )

  it.effect("a turn goes round a bounded number of times before it lets go", () =>
    onStage(
      (system) =>
        Effect.gen(function* () {
          const actor = start(system, "busy", busy)
          const { turns } = system.counters
          actor.tell(0)
          while (system.counters.turns === turns) yield* Effect.yieldNow()
          assert.strictEqual(system.list()[0]?.handled, 4 * 5)
          actor.stop("now")
        }),
      { quantum: 4, rounds: 5 }
    )
  )

  it.live("a turn ends when its time is over, however much its actors have to do", () =>
    onStage(
      (system) =>
        Effect.gen(function* () {
          const slow = acting<number>((self) => {
            for (const until = self.now() + 2; self.now() < until; );
          })
          const actors = Array.from({ length: 20 }, (_, n) => start(system, `slow/${n}`, slow))
          const { turns } = system.counters
          for (const actor of actors) for (let n = 0; n < 3; n++) actor.tell(n)
          yield* system.settled
          // 60 messages of 2 ms, the clock read once in 16: at least four turns, where one would do without a limit.
          assert.isAtLeast(system.counters.turns - turns, 4)
          assert.strictEqual(system.counters.messages, 60)
        }),
      { turn: "5 millis" }
    )
  )
})
