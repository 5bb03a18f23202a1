/** Acts of operators on Redis: the contract, and what a process refuses. */
import { assert, layer } from "@effect/vitest"
import type { NodeAct } from "@hibiki/core/domain/NodeAct"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { type Order, orderRefusals, signOrder } from "@hibiki/core/operate/signedOrders"
import { actValidMs, NodeActs } from "@hibiki/core/ports/NodeActs"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { nodeActsContract } from "@hibiki/testing/contracts/NodeActsContract"
import { Clock, Effect, Layer, Metric } from "effect"
import { NodeActsRedis, operatorActs } from "../../../src/redis/NodeActsRedis.ts"
import { RedisClients } from "../../../src/redis/RedisClients.ts"
import { suiteRedis } from "./redisKit.ts"

const live = { excludeTestServices: true } as const
const actsHere = NodeActsRedis.pipe(Layer.provideMerge(SecretsMemory), Layer.provideMerge(suiteRedis))

layer(actsHere, live)("NodeActs on Redis", (it) => nodeActsContract({ it, assert }))

layer(actsHere, live)("acts by Redis", (it) => {
  it.scoped("a forged, changed, late, misdirected or repeated order does nothing, and is counted", () =>
    Effect.gen(function* () {
      const [acts, secrets, { key, run }] = [yield* NodeActs, yield* Secrets, yield* RedisClients]
      const performed: Array<NodeAct> = []
      yield* acts.serve("target", (act) =>
        Effect.sync(() => {
          performed.push(act)
          return "done"
        })
      )
      const results = ["accepted", ...orderRefusals] as const
      const counts = Effect.forEach(results, (result) =>
        Effect.map(Metric.value(Metric.tagged(operatorActs, "result", result)), ({ count }) => count)
      )
      const before = yield* counts
      const order: Order = {
        id: yield* makeUuidV7,
        node: "target",
        until: (yield* Clock.currentTimeMillis) + actValidMs,
        act: { _tag: "Drain" }
      }
      const signed = (more: Partial<Order> = {}) => signOrder({ ...order, ...more }, secrets.derive)
      const another = JSON.parse(signed({ id: yield* makeUuidV7 }))
      const changed = { ...another, order: { ...another.order, act: { _tag: "Disconnect", socket: "s1" } } }
      const texts = [
        "Drain",
        signOrder({ ...order, id: yield* makeUuidV7 }, () => "a".repeat(another.mac.length)),
        JSON.stringify(changed),
        signed({ id: yield* makeUuidV7, node: "another" }),
        signed({ id: yield* makeUuidV7, until: 1 }),
        signed({ id: yield* makeUuidV7, until: order.until + 3_600_000 }),
        signed(),
        signed()
      ]
      for (const text of texts) yield* run((redis) => redis.publish(key("act:target"), text))
      const expected: ReadonlyArray<number> = results.map(
        (result) => ({ accepted: 1, unreadable: 1, forged: 2, elsewhere: 1, late: 2, repeated: 1, busy: 0 })[result]
      )
      yield* Effect.repeat(counts, {
        until: (now) => now.every((count, at) => count - (before[at] ?? 0) === expected[at])
      })
      assert.deepStrictEqual(performed, [{ _tag: "Drain" }])
    })
  )
})
