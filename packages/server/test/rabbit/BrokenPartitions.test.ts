/**
 * What is said of partitions that can't be used: once when it begins and once when it is over, by numbers, and beside
 * the answer about readiness.
 */
import { assert, describe, it } from "@effect/vitest"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Effect, HashMap, Layer, Logger, Metric, TestClock } from "effect"
import { Readiness, ReadinessLive } from "../../src/http/Readiness.ts"
import { BrokenPartitions } from "../../src/rabbit/BrokenPartitions.ts"
import { ReadinessChecks } from "../../src/roles/readiness.ts"

const stage = ReadinessChecks.pipe(
  Layer.provideMerge(ReadinessLive),
  Layer.provideMerge(BrokenPartitions.layer),
  Layer.provide(EventStoreMemory.pipe(Layer.provide(ChatMemory.layer)))
)

const gauge = (side: string) =>
  Metric.snapshot.pipe(
    Effect.map((pairs) =>
      pairs
        .filter(
          ({ metricKey: { name, tags } }) =>
            name === "hibiki_ingress_broken_partitions" && tags.some(({ value }) => value === side)
        )
        .map(({ metricState }) => Reflect.get(metricState, "value"))
    )
  )

describe("broken partitions", () => {
  it.effect("are told once, counted, and leave a process ready", () => {
    const lines: Array<string> = []
    const keeper = Logger.make(({ annotations, logLevel, message }) => {
      lines.push([logLevel.label, String(message).split(":")[0], ...HashMap.values(annotations)].join(" | "))
    })
    return Effect.gen(function* () {
      const { broken, works } = yield* BrokenPartitions
      const readiness = yield* Readiness
      const second = TestClock.adjust("1 second")
      broken("consume", 7, "missing")
      broken("consume", 3, "down")
      yield* second
      for (let times = 0; times < 5; times++) {
        broken("consume", 3, "down")
        yield* second
      }
      assert.deepStrictEqual(yield* gauge("consume"), [2])
      assert.deepStrictEqual(readiness.degraded(), [
        "partition 3 can't be consumed: down",
        "partition 7 can't be consumed: missing"
      ])
      assert.isTrue(yield* readiness.isReady)
      // What heals within a second is not worth a line.
      broken("send", 1, "missing")
      works("send", 1)
      works("consume", 3)
      works("consume", 7)
      yield* second
      assert.deepStrictEqual(yield* gauge("consume"), [0])
      assert.deepStrictEqual(readiness.degraded(), [])
      assert.deepStrictEqual(lines, [
        "WARN | Partitions can't be consumed | 3 (down), 7 (missing)",
        "INFO | Partitions are consumed again | 3, 7"
      ])
    }).pipe(Effect.provide(stage), Effect.provide(Logger.replace(Logger.defaultLogger, keeper)))
  })
})
