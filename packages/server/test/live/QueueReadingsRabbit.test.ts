/** What operators see of RabbitMQ's queues, and that looking leaves no connection behind. */
import { assert, describe, it } from "@effect/vitest"
import { IngressConsumer } from "@hibiki/core/ports/Ingress"
import { type QueueReading, QueueReadings } from "@hibiki/core/ports/QueueReadings"
import { Effect, Layer, Redacted } from "effect"
import { ingressConsumerRabbit } from "../../src/rabbit/IngressRabbit.ts"
import { queueReadingsRabbit } from "../../src/rabbit/QueueReadingsRabbit.ts"
import { deadLetters, partitionQueue, pushQueue } from "../../src/rabbit/RabbitTopology.ts"
import { freshTopology, makeVhost, onBroker } from "./rabbitKit.ts"

const readings = (url: Redacted.Redacted, partitions: number) =>
  Effect.flatMap(Layer.build(queueReadingsRabbit({ url, partitions })), (parts) => Effect.provide(QueueReadings, parts))

describe("the depth of queues on RabbitMQ", () => {
  it.scopedLive("is read for each queue, with its consumers, and a missing queue hides no other", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 3 })
      const { read } = yield* readings(url, 3)
      yield* onBroker(url, async (channel) => {
        await channel.deleteQueue(partitionQueue(1))
        for (const queue of [partitionQueue(0), partitionQueue(0), pushQueue, deadLetters])
          channel.sendToQueue(queue, Buffer.from("x"))
      })
      const partition = { queue: "partition", depth: 0, consumers: 0 } as const
      const expected: ReadonlyArray<QueueReading> = [
        { ...partition, partition: 0, depth: 2 },
        { ...partition, partition: 1, depth: undefined, consumers: undefined },
        { ...partition, partition: 2 },
        { queue: "push", depth: 1, consumers: 0 },
        { queue: "deadLetters", depth: 1, consumers: undefined }
      ]
      // A queue may count what it confirmed a moment later.
      const all = yield* Effect.repeat(read, {
        until: (found) => found.reduce((sum, { depth = 0 }) => sum + depth, 0) === 4
      }).pipe(Effect.timeout("20 seconds"))
      assert.deepStrictEqual(all, expected)
    })
  )

  it.scopedLive("names the partitions that somebody takes from", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 2 })
      const { read } = yield* readings(url, 2)
      const worker = yield* Layer.build(ingressConsumerRabbit({ url, partitions: 2, worker: "w" }))
      yield* Effect.flatMap(Effect.provide(IngressConsumer, worker), ({ consume }) => consume)
      const found = yield* read
      assert.deepStrictEqual(
        found.map(({ consumers }) => consumers),
        [1, 1, 0, undefined]
      )
    })
  )

  it.scopedLive("fails while the broker is unreachable, and connects anew after that", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const nowhere = new URL(Redacted.value(makeVhost()))
      nowhere.port = "1"
      const { read: unread } = yield* readings(Redacted.make(nowhere.href), 1)
      assert.strictEqual((yield* Effect.flip(unread))._tag, "QueuesUnavailable")
      const { read } = yield* readings(url, 1)
      assert.lengthOf(yield* read, 3)
      assert.lengthOf(yield* read, 3)
    })
  )
})
