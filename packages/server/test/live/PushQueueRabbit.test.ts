/** The way to the pushes keeps its contract on RabbitMQ, and what can't be read is counted and dropped. */
import { assert, describe, it, layer } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { PushConsumer, PushQueue } from "@hibiki/core/push/PushQueue"
import { pushQueueContract } from "@hibiki/core/testing/contracts/PushQueueContract"
import { Effect, Layer, Metric } from "effect"
import { pushesUnread } from "../../src/infra/amqp/AmqpMetrics.ts"
import { pushQueue as queueName } from "../../src/messages/RabbitTopology.ts"
import { pushConsumerRabbit, pushQueueRabbit } from "../../src/push/PushQueueRabbit.ts"
import { freshTopology, freshVhost, LiveVhost, onBroker } from "./rabbitKit.ts"

const queue = Layer.unwrapEffect(Effect.map(LiveVhost, ({ url }) => Layer.merge(pushQueueRabbit({ url }), pushConsumerRabbit({ url }))))

describe("PushQueue on RabbitMQ", () => {
  layer(queue.pipe(Layer.provide(freshVhost(1))), { timeout: 60_000, excludeTestServices: true })((it) => {
    pushQueueContract({ it, assert })
  })
})

describe("a message that can't be read", () => {
  it.scopedLive("is counted and dropped, and holds nothing up", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const before = (yield* Metric.value(pushesUnread)).count
      yield* onBroker(url, async (channel) => {
        for (const text of ["", "{}", '["not an id"]']) channel.sendToQueue(queueName, Buffer.from(text))
      })
      yield* Effect.gen(function* () {
        const log = ConversationId.make("0190a6b4-0000-7000-8000-00000000000d")
        const intake = yield* (yield* PushConsumer).consume
        yield* (yield* PushQueue).offer([log])
        yield* intake.ready
        assert.deepStrictEqual(intake.take().logs, [log])
      }).pipe(Effect.provide(Layer.merge(pushQueueRabbit({ url }), pushConsumerRabbit({ url }))))
      assert.strictEqual((yield* Metric.value(pushesUnread)).count - before, 3)
    })
  )
})
