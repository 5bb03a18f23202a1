/**
 * The ingress keeps its contract on RabbitMQ, and what the broker does besides: hand-over, dead letters, full queues.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import type { IngressMessage } from "@hibiki/core/ports/Ingress"
import { ingressContract } from "@hibiki/testing/contracts/IngressContract"
import { Effect, Layer, Metric, type Redacted, type Scope } from "effect"
import { poison, redelivered } from "../../src/rabbit/AmqpMetrics.ts"
import { consumerPriority } from "../../src/rabbit/consumerPriority.ts"
import { ingressConsumerRabbit, ingressRabbit } from "../../src/rabbit/IngressRabbit.ts"
import { deadLetters, partitionQueue, setUpTopology } from "../../src/rabbit/RabbitTopology.ts"
import { ackAll, consumer, freshTopology, freshVhost, LiveVhost, nameOf, onBroker, sender } from "./rabbitKit.ts"

const partitions = 3

const ingress = Layer.unwrapEffect(
  Effect.map(LiveVhost, ({ url }) =>
    Layer.mergeAll(ingressRabbit({ url, partitions }), ingressConsumerRabbit({ url, partitions, worker: "one" }))
  )
)

describe("Ingress on RabbitMQ", () => {
  layer(ingress.pipe(Layer.provide(freshVhost(partitions))), { excludeTestServices: true })((it) => {
    ingressContract({ it, assert })
  })
})

/** Waits for so many dead letters. */
const lettersOf = (url: Redacted.Redacted, count: number) =>
  onBroker(url, (channel) => {
    const letters: Array<string> = []
    return new Promise<ReadonlyArray<string>>((resolve) => {
      void channel.consume(deadLetters, (message) => {
        letters.push(message?.content.toString() ?? "")
        if (letters.length === count) resolve(letters)
      })
    })
  })

/** Takes and acknowledges all that comes, noting who took what, in one order over all of them. */
const noting = (
  taken: Array<readonly [worker: string, partition: number, name: string]>,
  worker: string,
  { next }: { readonly next: Effect.Effect<ReadonlyArray<IngressMessage>> }
): Effect.Effect<void, never, Scope.Scope> =>
  next.pipe(
    Effect.tap((messages) =>
      Effect.sync(() => taken.push(...messages.map((m) => [worker, m.partition, nameOf(m)] as const)))
    ),
    Effect.tap(() => Effect.yieldNow()),
    Effect.tap(ackAll),
    Effect.forever,
    Effect.forkScoped
  )

const until = (isTrue: () => boolean) => Effect.sleep("5 millis").pipe(Effect.repeat({ until: isTrue }))

/** Which of four partitions a worker wins of the one named "one". */
const wins = (name: string) => [0, 1, 2, 3].filter((p) => consumerPriority(name, p) > consumerPriority("one", p))
/** A worker to whom half of them belong. */
const second = ["two", "three", "four", "five", "six"].find((name) => wins(name).length === 2) ?? ""

describe("partitions", () => {
  it.scopedLive("go over to a worker that joins, and back when it ends, each in order", () =>
    Effect.gen(function* () {
      const count = 4
      const url = yield* freshTopology({ partitions: count })
      const publish = yield* sender(url, count)
      const taken: Array<readonly [string, number, string]> = []
      let published = 0
      const round = Effect.suspend(() => {
        const name = `${++published}`
        return Effect.forEach([0, 1, 2, 3], (partition) => publish(partition, name), { concurrency: 4, discard: true })
      })
      const rounds = (done: () => boolean) => Effect.repeat(round, { until: done })
      const holder = (partition: number) => taken.filter(([, p]) => p === partition).at(-1)?.[0]
      const held = (by: string) => [0, 1, 2, 3].filter((partition) => holder(partition) === by)

      yield* noting(taken, "one", yield* consumer(url, count, "one"))
      yield* rounds(() => held("one").length === count)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* noting(taken, second, yield* consumer(url, count, second))
          yield* rounds(() => held(second).length === 2)
          assert.deepStrictEqual(held(second), wins(second))
        })
      )
      yield* rounds(() => held("one").length === count)
      yield* until(() =>
        [0, 1, 2, 3].every((p) => taken.some(([, partition, name]) => partition === p && name === `${published}`))
      )
      for (const partition of [0, 1, 2, 3]) {
        // What the second worker held when it ended comes again, which is no other order.
        const names = new Set(taken.filter(([, p]) => p === partition).map(([, , name]) => Number(name)))
        assert.deepStrictEqual(
          [...names],
          [...Array(published).keys()].map((n) => n + 1)
        )
      }
    })
  )

  it.scopedLive("stay with a worker until it has acknowledged what it holds", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 4 })
      const [held = 0, free = 0] = wins(second)
      const publish = yield* sender(url, 4)
      const one = yield* consumer(url, 4, "one")
      yield* publish(held, "a")
      const messages = yield* one.next
      const two = yield* consumer(url, 4, second)
      yield* publish(held, "b")
      yield* publish(free, "c")
      assert.deepStrictEqual((yield* two.next).map(nameOf), ["c"])
      yield* ackAll(messages)
      assert.deepStrictEqual((yield* two.next).map(nameOf), ["b"])
      assert.deepStrictEqual(one.take(), [])
    })
  )

  it.scopedLive("give again what was not acknowledged when a worker ends, and nothing else", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const publish = yield* sender(url, 1)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const one = yield* consumer(url, 1, "one")
          const messages: Array<IngressMessage> = []
          for (const name of ["a", "held", "b"]) {
            yield* publish(0, name)
            messages.push(...(yield* one.next))
          }
          yield* ackAll(messages.filter((message) => nameOf(message) !== "held"))
        })
      )
      const two = yield* consumer(url, 1, "two")
      yield* publish(0, "c")
      const names: Array<string> = []
      while (!names.includes("c")) names.push(...(yield* two.next).map(nameOf))
      assert.deepStrictEqual(names, ["held", "c"])
    })
  )

  it.scopedLive("give what cannot be read, and what was delivered too often, to the dead letters, and go on", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1, deliveryLimit: 2 })
      const publish = yield* sender(url, 1)
      yield* onBroker(
        url,
        async (channel) => void channel.sendToQueue(partitionQueue(0), Buffer.from("[{]"), { persistent: true })
      )
      yield* publish(0, "crashes")
      const before = (yield* Metric.value(poison)).count
      // Three workers end with it.
      for (let times = 0; times < 3; times++) {
        const messages = yield* Effect.scoped(Effect.flatMap(consumer(url, 1), ({ next }) => next))
        assert.deepStrictEqual(messages.map(nameOf), ["crashes"])
      }
      yield* publish(0, "after")
      const messages = yield* Effect.flatMap(consumer(url, 1), ({ next }) => next)
      assert.deepStrictEqual(messages.map(nameOf), ["after"])
      const [first, second] = [...(yield* lettersOf(url, 2))].sort()
      assert.include(first, '"crashes"')
      assert.strictEqual((yield* Metric.value(poison)).count, before + 1)
      assert.strictEqual(second, "[{]")
    })
  )

  it.scopedLive("that are full, or not there, are busy", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1, partitionMax: 3 })
      const publish = yield* sender(url, 2)
      assert.deepInclude(yield* Effect.flip(publish(1, "nowhere")), { code: "busy" })
      // The broker takes some more than the bound before it notices.
      const full = yield* Effect.flip(Effect.forever(publish(0, "a")))
      assert.strictEqual(full.code, "busy")
      const { next } = yield* consumer(url, 1)
      yield* ackAll(yield* next)
      yield* Effect.eventually(publish(0, "b"))
    })
  )

  it.scopedLive("keep their consumer when it acknowledges a batch twice", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const publish = yield* sender(url, 1)
      const { next } = yield* consumer(url, 1)
      yield* publish(0, "a")
      const [message] = yield* next
      yield* publish(0, "b")
      const further = yield* next
      const before = yield* Metric.value(redelivered)
      yield* ackAll(message === undefined ? [] : [message, message])
      yield* publish(0, "c")
      assert.deepStrictEqual((yield* next).map(nameOf), ["c"])
      yield* ackAll(further)
      assert.deepStrictEqual(yield* Metric.value(redelivered), before)
    })
  )

  it.scopedLive("do not give again what a worker acknowledged right before its end", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 1 })
      const publish = yield* sender(url, 1)
      for (const name of ["a", "b", "c"]) yield* publish(0, name)
      const worker = Effect.scoped(
        Effect.gen(function* () {
          const { next } = yield* consumer(url, 1)
          const messages: Array<IngressMessage> = []
          while (messages.length < 3) messages.push(...(yield* next))
          yield* ackAll(messages.slice(0, 2))
          return messages.map(nameOf)
        })
      )
      assert.deepStrictEqual(yield* worker, ["a", "b", "c"])
      const { next } = yield* consumer(url, 1)
      assert.deepStrictEqual((yield* next).map(nameOf), ["c"])
    })
  )

  it.scopedLive("that were deleted are consumed again when they are back", () =>
    Effect.gen(function* () {
      const url = yield* freshTopology({ partitions: 2 })
      const publish = yield* sender(url, 2)
      const { next } = yield* consumer(url, 2)
      yield* onBroker(url, (channel) => channel.deleteQueue(partitionQueue(1)))
      yield* setUpTopology({ url, partitions: 2 })
      yield* publish(1, "a")
      const messages = yield* next
      assert.deepStrictEqual(messages.map(nameOf), ["a"])
      yield* ackAll(messages)
    })
  )
})
