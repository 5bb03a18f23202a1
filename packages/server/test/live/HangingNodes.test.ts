/** A node's queue that neither works nor ends stops nobody else's envelopes, and its node leaves it for another. */
import { assert, describe, it } from "@effect/vitest"
import { NodeId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { type ConsumeMessage, connect } from "amqplib"
import { Context, Deferred, Effect, Layer, Metric, Queue, Redacted } from "effect"
import { inject } from "vitest"
import { connectionsLost } from "../../src/rabbit/AmqpMetrics.ts"
import { deliveriesRabbit } from "../../src/rabbit/DeliveriesRabbit.ts"
import { nodesExchange } from "../../src/rabbit/RabbitTopology.ts"
import { rabbitctl } from "./privateRabbit.ts"
import { envelope, freshTopology } from "./rabbitKit.ts"

/** The process of a classic queue, for as long as it is the test's will. */
const toQueue = (url: Redacted.Redacted, queue: string, call: "sys:suspend" | "sys:resume") => {
  const name = `rabbit_misc:r(<<"${new URL(Redacted.value(url)).pathname.slice(1)}">>, queue, <<"${queue}">>)`
  const run = `{ok, Q} = rabbit_amqqueue:lookup(${name}), ${call}(amqqueue:get_pid(Q)).`
  return Effect.promise(() => rabbitctl(inject("rabbit"), "eval", run))
}

const lost = (link: string) =>
  Effect.map(Metric.value(Metric.tagged(connectionsLost, "link", link)), ({ count }) => count)
const makeNode = Effect.map(makeUuidV7, (uuid) => NodeId.make(uuid))
const sides = (url: Redacted.Redacted, confirmMs: number) =>
  Effect.map(Layer.build(deliveriesRabbit({ url, confirmMs })), (parts) => Context.get(parts, Deliveries))

/** The queue of a node that does not look after it. */
const heedless = (url: Redacted.Redacted, node: NodeId) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const model = await connect(Redacted.value(url))
      const channel = await model.createChannel()
      await channel.assertQueue(node, { exclusive: true, durable: false })
      await channel.bindQueue(node, nodesExchange, node)
      const came = Effect.runSync(Queue.unbounded<number>())
      const take = (message: ConsumeMessage | null) => message !== null && came.unsafeOffer(numberOf(message.content))
      await channel.consume(node, take, { noAck: true })
      return { came, model }
    }),
    ({ model }) => Effect.promise(() => model.close())
  )

const numberOf = (content: Buffer): number => {
  const read: { readonly number: number } = JSON.parse(content.toString())
  return read.number
}

describe("a node's queue that hangs", () => {
  it.scopedLive(
    "costs the others one deadline and no connection, and is sent to again when it works",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions: 1 })
        const { publish, subscribe } = yield* sides(url, 1_000)
        const [hung, well] = [yield* makeNode, yield* makeNode]
        const { came } = yield* heedless(url, hung)
        const atWell = yield* Queue.unbounded<number>()
        yield* subscribe(well, "gateway", ({ number }) => void atWell.unsafeOffer(number))
        const both = (number: number) => publish([hung, well].map((to) => ({ to, envelope: envelope(number) })))
        yield* both(1)
        assert.strictEqual(yield* Queue.take(came), 1)
        yield* toQueue(url, hung, "sys:suspend")
        const before = yield* lost("deliveries")
        for (let number = 2; number <= 1_000; number++) yield* both(number)
        assert.deepStrictEqual(
          [...(yield* Queue.takeN(atWell, 1_000))],
          Array.from({ length: 1_000 }, (_, i) => i + 1)
        )
        assert.strictEqual(yield* lost("deliveries"), before)
        yield* toQueue(url, hung, "sys:resume")
        assert.strictEqual(yield* Queue.take(came), 2)
        let number = 1_000
        const next = Effect.suspend(() => both(++number))
        yield* Effect.repeat(Effect.delay(next, "10 millis"), {
          until: () => [...Effect.runSync(Queue.takeAll(came))].includes(number - 1)
        })
        assert.strictEqual(yield* lost("deliveries"), before)
      }),
    60_000
  )

  it.scopedLive(
    "is left by its node for another one, which nobody waits for in vain",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions: 1 })
        const { publish, subscribe } = yield* sides(url, 5_000)
        const node = yield* makeNode
        const came = yield* Queue.unbounded<number>()
        const resumed = yield* Deferred.make<void>()
        yield* subscribe(
          node,
          "gateway",
          ({ number }) => void came.unsafeOffer(number),
          () => Deferred.unsafeDone(resumed, Effect.void)
        )
        yield* publish([{ to: node, envelope: envelope(1) }])
        assert.strictEqual(yield* Queue.take(came), 1)
        yield* toQueue(url, `hibiki.node.${node}.1`, "sys:suspend")
        yield* Deferred.await(resumed)
        const before = yield* lost("deliveries")
        yield* publish([{ to: node, envelope: envelope(2) }])
        yield* publish([{ to: "gateways", envelope: envelope(3) }])
        assert.deepStrictEqual([...(yield* Queue.takeN(came, 2))], [2, 3])
        assert.strictEqual(yield* lost("deliveries"), before)
        yield* toQueue(url, `hibiki.node.${node}.1`, "sys:resume")
      }),
    60_000
  )
})
