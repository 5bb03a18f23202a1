import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, FastCheck } from "effect"
import type { ActorRef } from "../../src/kernel/ActorRef.ts"
import { acting, onStage, start, writing } from "./stage.ts"

interface Told {
  readonly sender: number
  readonly yields: number
  readonly n: number
}

describe("Ordering", () => {
  it.effect("messages of one sender arrive in the order they were told", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const target = start(system, "target", writing(seen, { capacity: 10_000 }))
        const sender = start(
          system,
          "sender",
          acting<number>((_, upTo) => {
            for (let n = 0; n < upTo; n++) target.tell(n)
          })
        )
        sender.tell(1000)
        yield* system.settled
        assert.deepStrictEqual(
          seen,
          Array.from({ length: 1000 }, (_, n) => n)
        )
      })
    )
  )

  it.effect.prop(
    "order between each pair holds whatever Effects, quantum and senders are in play",
    [
      FastCheck.array(FastCheck.record({ sender: FastCheck.nat(3), yields: FastCheck.nat(3) }), { maxLength: 60 }),
      FastCheck.integer({ min: 1, max: 5 })
    ],
    ([tells, quantum]) =>
      onStage(
        (system) =>
          Effect.gen(function* () {
            const seen: Array<Told> = []
            const note = (told: Told) => Effect.sync(() => void seen.push(told))
            const target = start(
              system,
              "target",
              acting<Told>((_, told) => note(told).pipe(Effect.zipLeft(Effect.repeatN(Effect.yieldNow(), told.yields))))
            )
            const senders = [0, 1, 2, 3].map((n) =>
              start(
                system,
                `sender/${n}`,
                acting<Told>((_, told) => void target.tell(told))
              )
            )
            tells.forEach(({ sender, yields }, n) => void senders[sender]?.tell({ sender, yields, n }))
            while (seen.length < tells.length) yield* system.settled
            for (const sender of [0, 1, 2, 3]) {
              const arrived = seen.filter((told) => told.sender === sender).map(({ n }) => n)
              const told = tells.flatMap((tell, n) => (tell.sender === sender ? [n] : []))
              assert.deepStrictEqual(arrived, told)
            }
          }),
        { quantum }
      ),
    { fastCheck: { numRuns: 40 } }
  )

  it.effect("an actor takes its next message only when the Effect of the last one has ended", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const seen: Array<string> = []
        const actor = start(
          system,
          "actor",
          acting<string>((_, name) =>
            Effect.gen(function* () {
              seen.push(`${name} begins`)
              if (name === "first") yield* Deferred.await(gate)
              seen.push(`${name} ends`)
            })
          )
        )
        actor.tell("first")
        actor.tell("second")
        yield* system.settled
        assert.deepStrictEqual(seen, ["first begins"])
        assert.strictEqual(system.list()[0]?.state, "running")
        yield* Deferred.succeed(gate, undefined)
        yield* system.settled
        assert.deepStrictEqual(seen, ["first begins", "first ends", "second begins", "second ends"])
      })
    )
  )

  it.effect("others go on while one actor waits for its Effect", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const waiting = start(
          system,
          "waiting",
          acting<number>(() => Effect.never)
        )
        const other = start(system, "other", writing(seen))
        waiting.tell(1)
        other.tell(1)
        yield* system.settled
        other.tell(2)
        yield* system.settled
        assert.deepStrictEqual(seen, [1, 2])
        waiting.stop("now")
      })
    )
  )

  it.effect("telling from inside a handler only enqueues: the receiver runs after the handler returned", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const inner = start(system, "inner", writing<string>(seen))
        const outer: ActorRef<string> = start(
          system,
          "outer",
          acting<string>((self, message) => {
            seen.push(`${message} begins`)
            inner.tell("inner")
            if (message === "first") self.ref.tell("second")
            seen.push(`${message} ends`)
          })
        )
        outer.tell("first")
        yield* system.settled
        assert.deepStrictEqual(
          seen.filter((word) => word !== "inner"),
          ["first begins", "first ends", "second begins", "second ends"]
        )
        assert.isAbove(seen.indexOf("inner"), seen.indexOf("first ends"))
      })
    )
  )

  it.effect("telling never runs the receiver on the caller's stack", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const actor = start(system, "actor", writing(seen))
        assert.strictEqual(actor.tell(1), "ok")
        assert.deepStrictEqual(seen, [])
        yield* system.settled
        assert.deepStrictEqual(seen, [1])
      })
    )
  )
})
