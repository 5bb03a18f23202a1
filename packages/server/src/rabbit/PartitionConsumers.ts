/**
 * A worker's consumers of all partitions, on one channel. A partition that can't be consumed must not cost the others
 * theirs, and RabbitMQ answers to such a consumer by ending the channel (the queue is missing) or the connection (it is
 * down). So after a set-up that failed all partitions are looked at on another connection, and those that don't work
 * are left out until they do: they are looked at again after 1 s, then 2, 4, ... 15 s.
 *
 * What goes down later says nothing to its consumers. So all are looked at every 15 s, too.
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
  /** Among the living workers, if it has any. */
  readonly place: number | undefined
  readonly prefetch: number
  readonly trouble: BrokenPartitions["Type"]
}

/** What takes what comes. */
export interface Receiver {
  readonly open: (link: OpenLink) => void
  readonly receive: (link: OpenLink, partition: number, message: ConsumeMessage) => void
  readonly lost: () => void
  /** All that is done, at once. */
  readonly acknowledge: () => void
}

const tick = "1 second"
const lookMs = { first: 1_000, most: 15_000 } as const
/**
 * One that seems to work and still can't be consumed is left alone for so long (ms), doubled each time: each try costs
 * the others their channel.
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
  /** The same, once all that works is consumed on it: a look before that would consume the rest a second time. */
  #whole: OpenLink | undefined
  /** Those that this worker consumes on the link, as far as it was told. */
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

  /**
   * Another place among the workers: the broker takes another priority of a new consumer only. What is held comes
   * again, to whoever is active then.
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

  /** Never done. */
  get look(): Effect.Effect<never> {
    return Effect.suspend(() => {
      const link = this.#whole
      if (link === undefined || this.#isSuspicious || performance.now() < this.#nextLookMs) return Effect.void
      // Whatever fails here is told by the link, which is lost by it, or is the broker's being away.
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
   * The broker says so of none that is down. One that is missing ends the channel; its consumer is cancelled before
   * that, as a rule.
   */
  async #hasConsumer({ channel }: OpenLink, partition: number): Promise<boolean> {
    return (await channel.checkQueue(partitionQueue(partition))).consumerCount > 0
  }

  /** Which of these can be consumed. What is the matter with the others is told. */
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
    // The queue was deleted: nothing would ever come here again. What is held of it can still be acknowledged, which
    // does nothing.
    this.#consumed.delete(partition)
    this.#options.trouble.broken("consume", partition, "missing")
    this.#lookSoon()
  }

  #works(partition: number): void {
    this.#failed.delete(partition)
    this.#options.trouble.works("consume", partition)
  }

  /** A single time says little: the connection may have ended just then. */
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
