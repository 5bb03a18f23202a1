/** The way to the pushes keeps its contract on RabbitMQ, and what can't be read is counted and dropped. */
import { assert, describe, it, layer } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { looksAfterMs } from "@hibiki/core/domain/PushPolicy"
import { PushConsumer, PushQueue } from "@hibiki/core/ports/PushQueue"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { pushQueueOrRows } from "@hibiki/core/push/PushQueueOrRows"
import { pushQueueContract } from "@hibiki/testing/contracts/PushQueueContract"
import { Clock, Effect, Layer, Metric } from "effect"
import { pushesUnread } from "../../src/rabbit/AmqpMetrics.ts"
import { pushConsumerRabbit, pushQueueRabbit } from "../../src/rabbit/PushQueueRabbit.ts"
import { pushQueue as queueName, setUpTopology } from "../../src/rabbit/RabbitTopology.ts"
import { PushStoreSql } from "../../src/sql/PushStoreSql.ts"
import { setSqlClock } from "../sql/sqlUsers.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"
import { freshTopology, freshVhost, LiveVhost, onBroker } from "./rabbitKit.ts"

const queue = Layer.unwrapEffect(
  Effect.map(LiveVhost, ({ url }) => Layer.merge(pushQueueRabbit({ url }), pushConsumerRabbit({ url })))
)

const rows = PushStoreSql.pipe(Layer.provideMerge(liveClient()), Layer.provide(freshDatabase))

describe("PushQueue on RabbitMQ", () => {
  layer(queue.pipe(Layer.provide(freshVhost(1))), { excludeTestServices: true })((it) => {
    pushQueueContract({ it, assert })
  })
})

describe("a queue that is gone for good", () => {
  it.scopedLive(
    "keeps nothing from being looked at: it is noted in the store, and taken by the queue once that is back",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions: 1 })
        const [first, second] = ["d", "e"].map((n) =>
          ConversationId.make(`0190a6b4-0000-7000-8000-00000000000${n}`)
        ) as [ConversationId, ConversationId]
        yield* Effect.gen(function* () {
          const [queue, store] = [yield* PushQueue, yield* PushStore]
          yield* onBroker(url, (channel) => channel.deleteQueue(queueName))
          yield* queue.offer([first])
          yield* setSqlClock((yield* Clock.currentTimeMillis) + looksAfterMs[0] + 1_000)
          const looks = (yield* store.look(60_000, 10)).map(({ log }) => log)
          assert.deepStrictEqual(looks, [first])
          yield* setUpTopology({ url, partitions: 1 })
          yield* queue.offer([second])
          const intake = yield* (yield* PushConsumer).consume
          yield* intake.ready
          assert.deepStrictEqual([intake.take().logs, yield* store.look(60_000, 10)], [[second], []])
        }).pipe(
          Effect.provide(
            Layer.merge(pushQueueOrRows.pipe(Layer.provide(pushQueueRabbit({ url }))), pushConsumerRabbit({ url }))
          )
        )
      }).pipe(Effect.provide(rows))
  )
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
