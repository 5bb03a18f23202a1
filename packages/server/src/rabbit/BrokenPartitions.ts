/**
 * The partitions that this process can't use at present, for its log, its metrics and its readiness. A broken partition
 * stops only its own conversations, so it is no reason to take a process out of service.
 */
import { logFault } from "@hibiki/core/fibers/logging"
import { gauge } from "@hibiki/core/metrics/declareMetric"
import { Context, Effect, Layer, Metric } from "effect"

/** The two uses of partitions: gateways and api processes send to them, workers consume them. */
type Side = "send" | "consume"

const brokenPartitions = gauge("hibiki_ingress_broken_partitions", {
  unit: "partitions",
  description:
    "`send`: they refused this process within the last two minutes. `consume`: this worker cannot consume them.",
  labels: { side: ["send", "consume"] }
})

/** Partitions that break together share a log line, and one that recovers at once gets none. */
const lookEvery = "1 second"
/**
 * A process that sends nothing to a partition does not notice its recovery. So a partition stops counting as broken
 * this long after the last refusal.
 */
const refusalCountsMs = 120_000

export class BrokenPartitions extends Context.Tag("@hibiki/server/rabbit/BrokenPartitions")<
  BrokenPartitions,
  {
    /** Reports that this process can't use the partition, and why, in a word or two. Called again while that lasts. */
    readonly broken: (side: Side, partition: number, why: string) => void
    readonly works: (side: Side, partition: number) => void
    /** Returns one line per broken partition, such as "partition 3 can't be consumed: missing". */
    readonly lines: () => ReadonlyArray<string>
  }
>() {
  static readonly layer = Layer.scoped(
    BrokenPartitions,
    Effect.gen(function* () {
      const sides = { send: new BrokenSide("send"), consume: new BrokenSide("consume") }
      yield* Effect.zipRight(sides.send.tell, sides.consume.tell).pipe(
        Effect.catchAllCause(logFault("Broken partitions could not be told")),
        Effect.delay(lookEvery),
        Effect.forever,
        Effect.forkScoped
      )
      return BrokenPartitions.of({
        broken: (side, partition, why) => sides[side].add(partition, why),
        works: (side, partition) => sides[side].delete(partition),
        lines: () => [...sides.send.lines(), ...sides.consume.lines()]
      })
    })
  )
}

interface Words {
  readonly can: string
  readonly began: string
  readonly ended: string
  /** How long a report counts (ms). */
  readonly countsMs: number
}

const words: Readonly<Record<Side, Words>> = {
  send: {
    countsMs: refusalCountsMs,
    can: "takes nothing",
    began:
      "Partitions take nothing: their senders are told to try again, and the other partitions go on. `hibiki doctor` says what to do",
    ended: "Partitions take what is sent to them again"
  },
  consume: {
    countsMs: Number.POSITIVE_INFINITY,
    can: "can't be consumed",
    began:
      "Partitions can't be consumed: what is sent to them is not stored, and the other partitions go on. `hibiki doctor` says what to do",
    ended: "Partitions are consumed again"
  }
}

class BrokenSide {
  readonly #side: Side
  readonly #gauge: Metric.Metric.Gauge<number>
  readonly #broken = new Map<number, { readonly why: string; readonly atMs: number }>()
  /** The state that the log reported last. */
  #told: ReadonlyMap<number, string> = new Map()

  constructor(side: Side) {
    this.#side = side
    this.#gauge = Metric.tagged(brokenPartitions, "side", side)
    this.#gauge.unsafeUpdate(0, [])
  }

  add(partition: number, why: string): void {
    this.#broken.set(partition, { why, atMs: performance.now() })
  }

  delete(partition: number): void {
    if (this.#broken.size > 0) this.#broken.delete(partition)
  }

  lines(): ReadonlyArray<string> {
    return this.#sorted().map(([partition, why]) => `partition ${partition} ${words[this.#side].can}: ${why}`)
  }

  /** Reports the changes since the last time to the log and the metrics. */
  get tell(): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.#broken.size === 0 && this.#told.size === 0) return Effect.void
      const sinceMs = performance.now() - words[this.#side].countsMs
      for (const [partition, { atMs }] of this.#broken) if (atMs < sinceMs) this.#broken.delete(partition)
      this.#gauge.unsafeUpdate(this.#broken.size, [])
      const [now, before] = [new Map(this.#sorted()), this.#told]
      this.#told = now
      const began = [...now].filter(([partition, why]) => before.get(partition) !== why)
      const ended = [...before.keys()].filter((partition) => !now.has(partition))
      return Effect.all(
        [
          began.length === 0
            ? Effect.void
            : Effect.annotateLogs(Effect.logWarning(words[this.#side].began), {
                partitions: began.map(([partition, why]) => `${partition} (${why})`).join(", ")
              }),
          ended.length === 0
            ? Effect.void
            : Effect.annotateLogs(Effect.logInfo(words[this.#side].ended), { partitions: ended.join(", ") })
        ],
        { discard: true }
      )
    })
  }

  #sorted(): ReadonlyArray<readonly [partition: number, why: string]> {
    return [...this.#broken].map(([partition, { why }]) => [partition, why] as const).sort(([a], [b]) => a - b)
  }
}
