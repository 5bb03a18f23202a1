/** What a process accepts as an operator's act, and what it then does. */
import { assert, describe, it } from "@effect/vitest"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { Clock, Effect, Either } from "effect"
import type { NodeAct } from "../../src/domain/NodeAct.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { performAct } from "../../src/operate/performAct.ts"
import { type Order, OrderGate, signOrder } from "../../src/operate/signedOrders.ts"
import { actValidMs } from "../../src/ports/NodeActs.ts"
import { Secrets } from "../../src/ports/Secrets.ts"

const macOf = (text: string) => `mac of ${text.length} ${text.slice(-40)}`
const order = (id: string, more: Partial<Order> = {}): Order => ({
  ...{ id, node: "here", until: 1_000 + actValidMs },
  act: { _tag: "Drain" },
  ...more
})
const outcomeOf = (found: Either.Either<unknown, string>) =>
  Either.match(found, { onLeft: String, onRight: () => "ok" })

describe("a gate for orders", () => {
  it.effect("lets each through once, until it expires", () =>
    Effect.gen(function* () {
      const gate = new OrderGate("here", macOf)
      const [first, second] = [order(yield* makeUuidV7), order(yield* makeUuidV7)]
      const at = (each: Order, now: number) => outcomeOf(gate.accept(signOrder(each, macOf), now))
      assert.deepStrictEqual([at(first, 1_000), at(first, 1_001)], ["ok", "repeated"])
      assert.deepStrictEqual(
        [at(second, 1_000 + actValidMs - 1), at(second, 1_000 + actValidMs), at(first, 1_000 + actValidMs)],
        ["ok", "late", "late"]
      )
    })
  )

  it.effect("remembers a bounded number of ids, forgets those that expired, and lets nothing through beyond it", () =>
    Effect.gen(function* () {
      const gate = new OrderGate("here", macOf)
      const accept = (now: number, until: number) =>
        Effect.map(makeUuidV7, (id) => outcomeOf(gate.accept(signOrder(order(id, { until }), macOf), now)))
      const results = yield* Effect.replicateEffect(accept(0, 5), 1_001)
      assert.deepStrictEqual([results.at(-2), results.at(-1)], ["ok", "busy"])
      assert.strictEqual(yield* accept(5, 10), "ok")
    })
  )

  it.effect("refuses each change of what was signed", () =>
    Effect.gen(function* () {
      const acts: ReadonlyArray<NodeAct> = [
        { _tag: "Disconnect", socket: "s1" },
        { _tag: "Disconnect", socket: "s2" },
        { _tag: "StopActor", path: "s1", how: "now" },
        { _tag: "StopActor", path: "s1", how: "drain" },
        { _tag: "Drain" }
      ]
      const secrets = yield* Secrets
      const id = yield* makeUuidV7
      const [signed = ""] = acts.map((act) => signOrder(order(id, { act }), secrets.derive))
      const read = JSON.parse(signed)
      const changes = [
        ...acts.slice(1).map((act) => ({ act })),
        { id: yield* makeUuidV7 },
        { node: "there" },
        { until: read.order.until + 1 }
      ]
      for (const change of changes) {
        const text = JSON.stringify({ ...read, order: { ...read.order, ...change } })
        assert.strictEqual(outcomeOf(new OrderGate("here", secrets.derive).accept(text, 1_000)), "forged", text)
      }
      assert.strictEqual(outcomeOf(new OrderGate("here", secrets.derive).accept(signed, 1_000)), "ok")
    }).pipe(Effect.provide(SecretsMemory))
  )
})

describe("an act on a process", () => {
  const done: Array<string> = []
  const parts = {
    actors: {
      find: (path: string) => (path.startsWith("user/0") ? ({} as never) : undefined),
      stop: (path: string, how?: string) => Effect.sync(() => void done.push(`${how} ${path}`))
    },
    disconnect: (socket: string) => socket === "s1",
    end: () => void done.push("ended")
  }
  const userId = "00000000-0000-7000-8000-000000000001"

  it.effect("is done where there is such a thing; an actor is found by the path that the console shows", () =>
    Effect.gen(function* () {
      done.length = 0
      const sealed = (yield* Secrets).seal(userId, yield* Clock.currentTimeMillis)
      const perform = performAct(parts)
      const results = yield* Effect.forEach(
        [
          { _tag: "Drain" },
          { _tag: "Disconnect", socket: "s1" },
          { _tag: "Disconnect", socket: "s2" },
          { _tag: "StopActor", path: `user/${sealed}`, how: "drain" },
          { _tag: "StopActor", path: "nobody", how: "now" }
        ] as const,
        perform
      )
      assert.deepStrictEqual(results, ["done", "done", "not_found", "done", "not_found"])
      assert.deepStrictEqual(done, ["ended", `drain user/${userId}`])
    }).pipe(Effect.provide(SecretsMemory))
  )

  it.effect("is not possible where the process has no such part", () =>
    Effect.gen(function* () {
      const results = yield* Effect.forEach(
        [
          { _tag: "Drain" },
          { _tag: "Disconnect", socket: "s1" },
          { _tag: "StopActor", path: "user/1", how: "now" }
        ] as const,
        performAct({})
      )
      assert.deepStrictEqual(results, ["not_possible", "not_possible", "not_possible"])
    }).pipe(Effect.provide(SecretsMemory))
  )
})
