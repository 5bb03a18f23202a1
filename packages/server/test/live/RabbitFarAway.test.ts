/** Commands and workers at a broker that answers everything, and each time only after a while. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric, Redacted } from "effect"
import { connectionsLost, connectionsOpened } from "../../src/rabbit/AmqpMetrics.ts"
import { listDeadLetters } from "../../src/rabbit/RabbitDeadLetters.ts"
import { checkTopology, consumedPartitions, deadLetters, setUpTopology } from "../../src/rabbit/RabbitTopology.ts"
import { Link } from "../cluster/nemesis/network/Link.ts"
import { ackAll, consumer, freshTopology, makeVhost, nameOf, onBroker, sender } from "./rabbitKit.ts"

/** There and back. So many answers one after the other take longer than one answer may. */
const roundTripMs = 300
const many = 36

/** The same vhost, far away. */
const farAway = (near: Redacted.Redacted) =>
  Effect.gen(function* () {
    const url = new URL(Redacted.value(near))
    const port = Number(url.port)
    const link = yield* Effect.acquireRelease(
      Effect.promise(() => Link.open("broker", () => [port])),
      (open) => Effect.promise(() => open.close())
    )
    link.delay(roundTripMs / 2)
    url.hostname = "127.0.0.1"
    url.port = `${link.port}`
    return Redacted.make(url.href)
  })

describe("a broker far away", () => {
  it.scopedLive(
    "is set up, and its dead letters are looked at, however long all of it takes",
    () =>
      Effect.gen(function* () {
        const [empty, full] = [makeVhost(), yield* freshTopology({ partitions: 1 })]
        yield* onBroker(full, async (channel) => {
          for (let n = 0; n < many; n++) channel.sendToQueue(deadLetters, Buffer.from(`[${n}`), { persistent: true })
        })
        const [made, { letters }] = yield* Effect.all(
          [setUpTopology({ url: yield* farAway(empty), partitions: many }), listDeadLetters(yield* farAway(full))],
          { concurrency: 2 }
        )
        assert.deepStrictEqual([made.made, letters.length], [true, many])
        yield* checkTopology({ url: empty, partitions: many })
      }),
    60_000
  )

  it.scopedLive(
    "has all its partitions consumed by one worker, which connects once",
    () =>
      Effect.gen(function* () {
        const url = yield* freshTopology({ partitions: many })
        const times = Effect.all(
          [connectionsOpened, connectionsLost].map((counter) =>
            Effect.map(Metric.value(Metric.tagged(counter, "link", "ingress-consumer")), ({ count }) => count)
          )
        )
        const [opened = 0, lost] = yield* times
        const { next } = yield* consumer(yield* farAway(url), many)
        const consumed = consumedPartitions({ url, partitions: many }).pipe(Effect.zipLeft(Effect.sleep("200 millis")))
        // Less than three times as long as it has to take.
        yield* Effect.repeat(consumed, { until: (count) => count === many }).pipe(
          Effect.timeout(3 * many * roundTripMs)
        )
        yield* (yield* sender(url, many))(many - 1, "last")
        const messages = yield* next
        assert.deepStrictEqual(messages.map(nameOf), ["last"])
        yield* ackAll(messages)
        assert.deepStrictEqual(yield* times, [opened + 1, lost])
      }),
    60_000
  )
})
