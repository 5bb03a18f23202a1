/**
 * Handles partitions whose queue neither works nor ends. Such a queue blocks the channel of each new sender: a process
 * that keeps sending to it would have no channel left for the other partitions. So after a late confirm the process
 * defers sends to every partition with a batch in flight until it has probed their queues on another connection. It
 * goes on deferring those that do not answer there, and probes them again after 1 s, then 2, then every 4 s.
 */
import { logFault } from "@hibiki/core/fibers/logging"
import { Effect, type Redacted } from "effect"
import type { BrokenPartitions } from "./BrokenPartitions.ts"
import { queueStates } from "./queueStates.ts"
import { partitionQueue } from "./RabbitTopology.ts"
import { whileAnswering } from "./whileAnswering.ts"

const waitMs = { first: 1_000, most: 4_000 } as const
/** A working queue answers within milliseconds. */
const retryMs = { asked: 250, silent: 1_000 } as const

export class SilentPartitions {
  readonly #url: Redacted.Redacted
  readonly #trouble: BrokenPartitions["Type"]
  /** How many batches of each partition are handed over and not confirmed. */
  readonly #underWay = new Map<number, number>()
  /** The deferred partitions, and after how long (ms) their senders may retry. */
  readonly #held = new Map<number, number>()
  readonly #latch = Effect.unsafeMakeLatch(false)
  #waitMs: number = waitMs.first

  constructor(url: Redacted.Redacted, trouble: BrokenPartitions["Type"]) {
    this.#url = url
    this.#trouble = trouble
  }

  /** Returns after how long (ms) to retry, if the partition is deferred at present. */
  heldFor(partition: number): number | undefined {
    return this.#held.get(partition)
  }

  /** Runs `send` as a batch in flight. */
  during<A, E>(partition: number, send: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.suspend(() => {
      this.#underWay.set(partition, (this.#underWay.get(partition) ?? 0) + 1)
      return Effect.ensuring(
        send,
        Effect.sync(() => {
          const others = (this.#underWay.get(partition) ?? 1) - 1
          if (others === 0) this.#underWay.delete(partition)
          else this.#underWay.set(partition, others)
        })
      )
    })
  }

  /** Called while the late batch is in flight. Nobody knows which of the partitions in flight is late. */
  late(): void {
    for (const partition of this.#underWay.keys()) this.#held.set(partition, retryMs.asked)
    this.#waitMs = waitMs.first
    this.#latch.unsafeOpen()
  }

  /** Never completes. */
  get look(): Effect.Effect<never> {
    return this.#latch.await.pipe(
      Effect.zipRight(Effect.suspend(() => this.#ask())),
      Effect.catchAllCause(logFault("Partitions could not be asked whether they work")),
      Effect.zipRight(Effect.suspend(() => this.#rest())),
      Effect.forever
    )
  }

  #ask(): Effect.Effect<void> {
    this.#latch.unsafeClose()
    const asked = [...this.#held.keys()]
    const byQueue = new Map(asked.map((partition) => [partitionQueue(partition), partition]))
    const works = (queue: string) => {
      const partition = byQueue.get(queue)
      if (partition !== undefined) this.#held.delete(partition)
    }
    // Probes once: a queue that is down refuses what is sent to it anyway, and probing a broker that is slow everywhere
    // would take minutes.
    const ask = (answered: () => void) => queueStates(this.#url, [...byQueue.keys()], { answered, works, once: true })
    return Effect.tryPromise(() => whileAnswering(ask)).pipe(
      // The broker itself is unreachable: that is no queue's fault, and its link logs it.
      Effect.orElseSucceed(() => undefined),
      Effect.map((states) => {
        for (const [queue, partition] of byQueue) {
          if (states?.get(queue) === "silent") {
            this.#held.set(partition, retryMs.silent)
            this.#trouble.broken("send", partition, "silent")
          } else this.#held.delete(partition)
        }
      })
    )
  }

  #rest(): Effect.Effect<void> {
    if (this.#held.size === 0) return Effect.void
    const restMs = this.#waitMs
    this.#waitMs = Math.min(2 * restMs, waitMs.most)
    return Effect.asVoid(Effect.timeoutOption(this.#latch.await, restMs)).pipe(Effect.tap(() => this.#latch.open))
  }
}
