/** What ends, falls silent or is blocked under load, and what then holds: on a broker of this suite's own. */
import { assert, describe, layer } from "@effect/vitest"
import { NodeId } from "@hibiki/core/domain/Ids"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { Clock, Context, Deferred, Duration, Effect, Exit, Fiber, Layer, Metric, Queue, type Redacted } from "effect"
import { expectFigure } from "../../../../scripts/figures.mjs"
import { serviceFindings } from "../../src/cli/cluster/checkServices.ts"
import { connectionsBlocked, connectionsLost, unpublished } from "../../src/rabbit/AmqpMetrics.ts"
import { deliveriesRabbit } from "../../src/rabbit/DeliveriesRabbit.ts"
import { type PrivateRabbit, rabbitctl } from "./privateRabbit.ts"
import { ackAll, consumer, envelope, freshTopology, nameOf, ownBroker, sender, uuid } from "./rabbitKit.ts"

const partitions = 2

/**
 * A vhost for each test, all made before the first one: a quorum queue that is younger than a second when its broker is
 * killed is lost.
 */
class Broker extends Context.Tag("test/Broker")<
  Broker,
  { readonly broker: PrivateRabbit; readonly urls: Array<Redacted.Redacted> }
>() {
  static readonly layer = Layer.scoped(
    Broker,
    Effect.gen(function* () {
      const broker = yield* ownBroker(6)
      const urls = yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => freshTopology({ partitions }, broker.address))
      return { broker, urls }
    })
  )
}

const taken = Effect.map(Broker, ({ broker, urls }) => {
  const url = urls.pop()
  if (url === undefined) throw new Error("more tests than vhosts")
  return { broker, url }
})
const counted = (metric: Metric.Metric.Counter<number>, labels: Readonly<Record<string, string>>) =>
  Metric.value(Object.entries(labels).reduce((tagged, [key, value]) => Metric.tagged(tagged, key, value), metric)).pipe(
    Effect.map(({ count }) => count)
  )
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([duration, result]) => ({ ms: Duration.toMillis(duration), result }))

/** A broker takes long to start where others need the processor as well. */
const restartMs = 90_000

describe("with a broker that fails", () => {
  layer(Broker.layer, { timeout: 120_000, excludeTestServices: true })((it) => {
    it.scoped("a silent one is noticed at the deadline of a confirm, and left for another connection", () =>
      Effect.gen(function* () {
        const { broker, url } = yield* taken
        const publish = yield* sender(url, partitions, 300)
        yield* publish(0, "a")
        const before = yield* counted(connectionsLost, { link: "ingress" })
        broker.signal("SIGSTOP")
        const { ms, result: error } = yield* timed(Effect.flip(publish(0, "b")))
        broker.signal("SIGCONT")
        assert.deepInclude(error, { code: "unknown" })
        expectFigure({ name: "a silent broker noticed", measured: ms, bound: 1_000, unit: "ms" })
        const startedAt = yield* Clock.currentTimeMillis
        yield* Effect.eventually(Effect.zipRight(Effect.sleep("10 millis"), publish(0, "c")))
        const tookMs = (yield* Clock.currentTimeMillis) - startedAt
        expectFigure({
          name: "a silent broker left for another connection",
          measured: tookMs,
          bound: 2_000,
          unit: "ms"
        })
        assert.strictEqual(yield* counted(connectionsLost, { link: "ingress" }), before + 1)
      })
    )

    it.scoped(
      "a blocked one makes senders busy, not slow, and what was handed over before comes through in the end",
      () =>
        Effect.gen(function* () {
          const { broker, url } = yield* taken
          const publish = yield* sender(url, partitions, 500)
          const { next } = yield* consumer(url, partitions)
          const before = yield* counted(connectionsBlocked, { link: "ingress" })
          yield* Effect.promise(() => rabbitctl(broker.address, "set_vm_memory_high_watermark", "absolute", "1"))
          // The broker says that it is blocked when something is published.
          assert.strictEqual((yield* Effect.flip(publish(0, "first"))).code, "unknown")
          const { ms, result: error } = yield* timed(Effect.flip(publish(0, "second")))
          assert.deepInclude(error, { code: "busy" })
          expectFigure({ name: "busy beside a blocked broker", measured: ms, bound: 100, unit: "ms" })
          assert.strictEqual(yield* counted(connectionsBlocked, { link: "ingress" }), before + 1)
          yield* Effect.promise(() => rabbitctl(broker.address, "set_vm_memory_high_watermark", "0.6"))
          const messages = yield* next
          assert.deepStrictEqual(messages.map(nameOf), ["first"])
          yield* ackAll(messages)
          yield* publish(0, "third")
          assert.deepStrictEqual((yield* next).map(nameOf), ["third"])
        })
    )

    it.scoped("a blocked one is told to whoever looks, and is no reason for a process not to start", () =>
      Effect.gen(function* () {
        const { broker, url } = yield* taken
        const services = { amqpUrl: url, databaseUrl: url, redisUrl: url, secretKey: url, partitions }
        const [, finding] =
          serviceFindings(services, "whole").find(([name]) => name === "RabbitMQ") ??
          assert.fail("nothing is said of it")
        assert.deepStrictEqual(yield* finding, { mark: "✓", text: "2 partitions" })
        yield* Effect.promise(() => rabbitctl(broker.address, "set_vm_memory_high_watermark", "absolute", "1"))
        const { mark, text } = yield* finding
        yield* Effect.promise(() => rabbitctl(broker.address, "set_vm_memory_high_watermark", "0.6"))
        assert.strictEqual(mark, "!")
        assert.match(text, /takes no messages.* memory.*`rabbitmq-diagnostics alarms`/)
        assert.deepStrictEqual(yield* finding, { mark: "✓", text: "2 partitions" })
      })
    )

    it.scoped(
      "nothing that was confirmed is lost, order is kept, and consumers go on by themselves",
      () =>
        Effect.gen(function* () {
          const { broker, url } = yield* taken
          const publish = yield* sender(url, partitions)
          const { next } = yield* consumer(url, partitions)
          const seen: Array<Array<number>> = [[], []]
          const confirmed = [0, 0]
          let isOver = false
          let unknown = 0
          // As a gateway's lanes do: one batch of each partition, the same again until it is confirmed.
          const lane = (partition: number) =>
            Effect.gen(function* () {
              for (let n = 1; !isOver; n++) {
                yield* publish(partition, `${n}`).pipe(
                  Effect.tapError(({ code }) => {
                    if (code === "unknown") unknown++
                    return Effect.sleep("20 millis")
                  }),
                  Effect.retry({ times: Number.POSITIVE_INFINITY })
                )
                confirmed[partition] = n
              }
            })
          yield* next.pipe(
            Effect.tap((messages) =>
              Effect.sync(() => {
                for (const message of messages) seen[message.partition]?.push(Number(nameOf(message)))
              })
            ),
            Effect.flatMap(ackAll),
            Effect.forever,
            Effect.forkScoped
          )
          const lanes = yield* Effect.fork(Effect.all([lane(0), lane(1)], { concurrency: 2 }))
          const lost = yield* counted(connectionsLost, { link: "ingress-consumer" })
          const until = (isTrue: () => boolean) => Effect.sleep("5 millis").pipe(Effect.repeat({ until: isTrue }))
          yield* until(() => confirmed.every((n) => n > 50))
          broker.signal("SIGKILL")
          yield* Effect.promise(() => broker.start())
          const [before, up] = [confirmed.map((n) => n), yield* Clock.currentTimeMillis]
          const more = (count: number) =>
            until(() => confirmed.every((n, partition) => n > (before[partition] ?? 0) + count))
          yield* more(0)
          const tookMs = (yield* Clock.currentTimeMillis) - up
          expectFigure({ name: "lanes go on after a broker's kill", measured: tookMs, bound: 3_000, unit: "ms" })
          yield* more(50)
          isOver = true
          yield* Fiber.join(lanes)
          yield* until(() => seen.every((numbers, partition) => numbers.includes(confirmed[partition] ?? 0)))
          for (const [partition, numbers] of seen.entries()) {
            assert.deepStrictEqual(
              [...new Set(numbers)],
              [...Array(confirmed[partition]).keys()].map((n) => n + 1)
            )
          }
          assert.isAbove(yield* counted(connectionsLost, { link: "ingress-consumer" }), lost)
          assert.isAbove(unknown, 0)
        }),
      restartMs
    )

    it.scoped(
      "what was handed over and not confirmed is unknown, and what is not handed over is busy",
      () =>
        Effect.gen(function* () {
          const { broker, url } = yield* taken
          const publish = yield* sender(url, partitions)
          const before = yield* counted(unpublished, { link: "ingress", reason: "lost" })
          broker.signal("SIGSTOP")
          const handed = yield* Effect.fork(Effect.flip(publish(0, "a")))
          // It is written in one of the next turns.
          yield* Effect.sleep("50 millis")
          broker.signal("SIGKILL")
          assert.strictEqual((yield* Fiber.join(handed)).code, "unknown")
          assert.strictEqual(yield* counted(unpublished, { link: "ingress", reason: "lost" }), before + 1)
          assert.strictEqual((yield* Effect.flip(publish(0, "b"))).code, "busy")
          yield* Effect.promise(() => broker.start())
        }),
      restartMs
    )

    it.scoped(
      "deliveries come again after it, and their receivers are told that some may be missing",
      () =>
        Effect.gen(function* () {
          const { broker, url } = yield* taken
          const deliveries = Context.get(yield* Layer.build(deliveriesRabbit({ url })), Deliveries)
          const resumed = yield* Deferred.make<void>()
          let times = 0
          const received = yield* Queue.unbounded<number>()
          yield* deliveries.subscribe(
            NodeId.make(uuid),
            "gateway",
            ({ number }) => {
              received.unsafeOffer(number)
              if (number === 1) throw new Error("a bug of the receiver")
            },
            () => {
              times++
              Deferred.unsafeDone(resumed, Exit.void)
            }
          )
          yield* deliveries.publish([{ to: NodeId.make(uuid), envelope: envelope(1) }])
          yield* deliveries.publish([{ to: "gateways", envelope: envelope(2) }])
          assert.deepStrictEqual([yield* Queue.take(received), yield* Queue.take(received)], [1, 2])
          assert.strictEqual(times, 0)
          broker.signal("SIGKILL")
          assert.strictEqual(
            (yield* Effect.flip(Effect.forever(deliveries.publish([{ to: "gateways", envelope: envelope(3) }]))))._tag,
            "DeliveriesUnavailable"
          )
          yield* Effect.promise(() => broker.start())
          yield* Deferred.await(resumed)
          assert.strictEqual(times, 1)
          yield* Queue.takeAll(received)
          yield* Effect.eventually(
            Effect.zipRight(
              Effect.sleep("10 millis"),
              deliveries.publish([{ to: NodeId.make(uuid), envelope: envelope(4) }])
            )
          )
          assert.strictEqual(yield* Queue.take(received), 4)
          yield* deliveries.publish([{ to: "gateways", envelope: envelope(5) }])
          assert.strictEqual(yield* Queue.take(received), 5)
        }),
      restartMs
    )
  })
})
