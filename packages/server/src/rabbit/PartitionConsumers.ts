/**
 * A worker's consumers of all partitions, on one channel. A broken partition must not cost the others their consumers.
 * But RabbitMQ answers a consumer of a broken partition by ending the channel (if the queue is missing) or the
 * connection (if the queue is down). So after a failed set-up the worker checks all partitions on another connection
 * and leaves out those that don't work. It checks these again after 1 s, then 2, 4, ... 15 s.
 *
 * A queue that goes down later does not notify its consumers. So the worker also checks all of them every 15 s.
 */
import { logFault } from "@hibiki/core/fibers/logging"
import type { ConsumeMessage } from "amqplib"
import { Effect, type Redacted } from "effect"
import type { LinkUser } from "./AmqpLink.ts"
import type { OpenLink } from "./AmqpSession.ts"
import type { BrokenPartitions } from "./BrokenPartitions.ts"
import { consumerPriority, ranksOf } from "./consumerPriority.ts"
import { queueStates } from "./queueStates.ts"
import { partitionQueue } from "./RabbitTopology.ts"

export interface PartitionConsumersOptions {
  readonly url: Redacted.Redacted
  readonly partitions: number
  readonly worker: string
  /** This worker's place among the living workers, if it has one. */
  readonly place: number | undefined
  readonly prefetch: number
  readonly trouble: BrokenPartitions["Type"]
}

/** Receives the batches of all partitions. */
export interface Receiver {
  readonly open: (link: OpenLink) => void
  readonly receive: (link: OpenLink, partition: number, message: ConsumeMessage) => void
  readonly lost: () => void
  /** Acknowledges everything that is done, at once. */
  readonly acknowledge: () => void
}

const tick = "1 second"
const lookMs = { first: 1_000, most: 15_000 } as const
/**
 * A partition that seems to work and still can't be consumed is left out for this long (ms), doubled each time: each
 * try costs the others their channel.
 */
const failedMs = { first: 2_000, most: 60_000 } as const

interface Failed {
  readonly times: number
  readonly untilMs: number
}

export class PartitionConsumers implements LinkUser {
  readonly #options: PartitionConsumersOptions
  readonly #receiver: Receiver
  #link: OpenLink | undefined
  /**
   * The same link, once it consumes all working partitions. A check before that would consume the rest a second time.
   */
  #whole: OpenLink | undefined
  /** The partitions that this worker consumes on the link, as far as the broker reported. */
  readonly #consumed = new Set<number>()
  /** Whether the last set-up failed at a partition. */
  #isSuspicious = false
  readonly #failed = new Map<number, Failed>()
  #ranks: ReadonlyArray<number>
  #nextLookMs = 0
  #waitMs: number = lookMs.first

  constructor(options: PartitionConsumersOptions, receiver: Receiver) {
    this.#options = options
    this.#receiver = receiver
    this.#ranks = ranksOf(options.place, options.partitions)
  }

  /** The number of partitions that it consumes. */
  get held(): number {
    return this.#consumed.size
  }

  /**
   * Takes another place among the workers. The broker accepts another priority only from a new consumer, so this renews
   * the link. Unacknowledged batches come again, to the worker that is active then.
   */
  moved(place: number): void {
    this.#ranks = ranksOf(place, this.#options.partitions)
    this.#receiver.acknowledge()
    this.#link?.renew("another place among the workers")
  }

  async open(link: OpenLink, answered: () => void): Promise<void> {
    this.#link = link
    this.#receiver.open(link)
    await link.channel.prefetch(this.#options.prefetch)
    const all = [...Array(this.#options.partitions).keys()]
    const working = this.#isSuspicious ? await this.#working(all, answered) : all
    await this.#consume(link, working, answered)
    // Another set-up may be under way by now.
    if (this.#link !== link) return
    this.#whole = link
    this.#isSuspicious = false
    this.#lookSoon()
  }

  lost(): void {
    this.#link = undefined
    this.#whole = undefined
    this.#consumed.clear()
    this.#receiver.lost()
  }

  /** Never completes. */
  get look(): Effect.Effect<never> {
    return Effect.suspend(() => {
      const link = this.#whole
      if (link === undefined || this.#isSuspicious || performance.now() < this.#nextLookMs) return Effect.void
      // A failure here either ends the link, which logs it, or means that the broker is unreachable.
      return Effect.ignore(Effect.tryPromise(() => this.#lookAt(link)))
    }).pipe(Effect.catchAllCause(logFault("Partitions could not be looked at")), Effect.delay(tick), Effect.forever)
  }

  async #lookAt(link: OpenLink): Promise<void> {
    this.#nextLookMs = performance.now() + lookMs.most
    const suspects: Array<number> = []
    for (let partition = 0; partition < this.#options.partitions; partition++) {
      if (this.#consumed.has(partition) && (await this.#hasConsumer(link, partition))) this.#works(partition)
      else suspects.push(partition)
    }
    const working = suspects.length === 0 ? [] : await this.#working(suspects)
    if (this.#link !== link) return
    await this.#consume(link, working)
    if (working.length > 0) this.#lookSoon()
    else if (suspects.length > 0) {
      this.#nextLookMs = performance.now() + this.#waitMs
      this.#waitMs = Math.min(2 * this.#waitMs, lookMs.most)
    }
  }

  /**
   * The broker reports no consumer for a queue that is down. A missing queue ends the channel; as a rule the broker has
   * cancelled its consumer before that.
   */
  async #hasConsumer({ channel }: OpenLink, partition: number): Promise<boolean> {
    return (await channel.checkQueue(partitionQueue(partition))).consumerCount > 0
  }

  /** Returns the partitions that can be consumed. Reports the state of the others. */
  async #working(partitions: ReadonlyArray<number>, answered?: () => void): Promise<ReadonlyArray<number>> {
    const nowMs = performance.now()
    const asked = partitions.filter((partition) => (this.#failed.get(partition)?.untilMs ?? 0) <= nowMs)
    const states = await queueStates(this.#options.url, asked.map(partitionQueue), { answered })
    return partitions.filter((partition) => {
      const state = states.get(partitionQueue(partition)) ?? "refused"
      if (state !== "works") this.#options.trouble.broken("consume", partition, state)
      return state === "works"
    })
  }

  async #consume(link: OpenLink, partitions: ReadonlyArray<number>, answered?: () => void): Promise<void> {
    for (const partition of partitions) {
      if (this.#link !== link) throw new Error("the link was lost meanwhile")
      try {
        await link.channel.consume(partitionQueue(partition), (message) => this.#receive(link, partition, message), {
          priority: consumerPriority(this.#options.worker, partition, this.#ranks[partition])
        })
      } catch (error) {
        this.#isSuspicious = true
        this.#hasFailed(partition)
        throw error
      }
      this.#consumed.add(partition)
      this.#options.trouble.works("consume", partition)
      answered?.()
    }
  }

  #receive(link: OpenLink, partition: number, message: ConsumeMessage | null): void {
    if (message !== null) return this.#receiver.receive(link, partition, message)
    if (this.#link !== link) return
    // Somebody deleted the queue: nothing would ever come here again. Its unacknowledged batches can still be
    // acknowledged, which does nothing.
    this.#consumed.delete(partition)
    this.#options.trouble.broken("consume", partition, "missing")
    this.#lookSoon()
  }

  #works(partition: number): void {
    this.#failed.delete(partition)
    this.#options.trouble.works("consume", partition)
  }

  /** A single failure says little: the connection may have ended just then. */
  #hasFailed(partition: number): void {
    const times = (this.#failed.get(partition)?.times ?? 0) + 1
    const restMs = times === 1 ? 0 : Math.min(failedMs.most, failedMs.first * 2 ** (times - 2))
    this.#failed.set(partition, { times, untilMs: performance.now() + restMs })
  }

  #lookSoon(): void {
    this.#waitMs = lookMs.first
    this.#nextLookMs = performance.now() + lookMs.first
  }
}
