/**
 * Partitions whose queue neither works nor ends. Such a queue holds up the channel of each new sender: whoever sends to
 * it again and again would have no channel left for the other partitions. So when a confirm is late, everything that
 * was under way is held until its queue was asked on another connection, and what does not answer there is held until
 * it does: it is asked again after 1 s, then 2, then each 4 s.
 */
import { logFault } from "@hibiki/core/fibers/logging"
import { Effect, type Redacted } from "effect"
import type { BrokenPartitions } from "./BrokenPartitions.ts"
import { queueStates } from "./queueStates.ts"
import { partitionQueue } from "./RabbitTopology.ts"
import { whileAnswering } from "./whileAnswering.ts"

const waitMs = { first: 1_000, most: 4_000 } as const
/** One that works says so within milliseconds. */
const retryMs = { asked: 250, silent: 1_000 } as const

export class SilentPartitions {
  readonly #url: Redacted.Redacted
  readonly #trouble: BrokenPartitions["Type"]
  /** How many batches of each are handed over and not confirmed. */
  readonly #underWay = new Map<number, number>()
  /** And after how long (ms) their senders may try again. */
  readonly #held = new Map<number, number>()
  readonly #latch = Effect.unsafeMakeLatch(false)
  #waitMs: number = waitMs.first

  constructor(url: Redacted.Redacted, trouble: BrokenPartitions["Type"]) {
    this.#url = url
    this.#trouble = trouble
  }

  /** After how long (ms) to try again, if nothing is to be sent there at present. */
  heldFor(partition: number): number | undefined {
    return this.#held.get(partition)
  }

  /** Runs `send` as a batch that is under way. */
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

  /** Called while the late batch is under way. Which of those was waited for nobody knows. */
  late(): void {
    for (const partition of this.#underWay.keys()) this.#held.set(partition, retryMs.asked)
    this.#waitMs = waitMs.first
    this.#latch.unsafeOpen()
  }

  /** Never done. */
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
    // Once: what is down says so itself when it is sent to, and a broker that is late everywhere would be asked for
    // minutes.
    const ask = (answered: () => void) => queueStates(this.#url, [...byQueue.keys()], { answered, works, once: true })
    return Effect.tryPromise(() => whileAnswering(ask)).pipe(
      // The broker itself is away: that is no queue's fault, and its link says so.
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
