/**
 * The ingress over RabbitMQ: a quorum queue for each partition, with one active consumer among all workers. That is no
 * fence: while a connection is half open two workers may hold the same batches, and the row lock decides.
 */

import { readAtLook } from "@hibiki/core/metrics/declareMetric"
import {
  Ingress,
  IngressConsumer,
  type IngressMessage,
  IngressUnavailable,
  intakeSeconds,
  type Parked
} from "@hibiki/core/ports/Ingress"
import { WorkerPlaces } from "@hibiki/core/ports/WorkerPlaces"
import type { ConsumeMessage, Message } from "amqplib"
import { Effect, Layer, Option, type Redacted } from "effect"
import { keepLinked } from "./AmqpLink.ts"
import { count, partitionsHeld, poison, redelivered } from "./AmqpMetrics.ts"
import { makeAmqpPublisher, type Unpublished } from "./AmqpPublisher.ts"
import type { OpenLink } from "./AmqpSession.ts"
import { BrokenPartitions } from "./BrokenPartitions.ts"
import type { BrokerProblem } from "./BrokerProblem.ts"
import { GatheredAcks } from "./GatheredAcks.ts"
import { PartitionConsumers } from "./PartitionConsumers.ts"
import { parkDeadLetters, replayedMark } from "./RabbitDeadLetters.ts"
import { partitionQueue } from "./RabbitTopology.ts"
import { SilentPartitions } from "./SilentPartitions.ts"
import { decodeSubmissions, encodeLetter, encodeSubmissions } from "./submissionCodec.ts"

export interface IngressRabbitOptions {
  readonly url: Redacted.Redacted
  /** The number of partitions that the topology was set up with. */
  readonly partitions: number
  /** The timeout of a confirm. A batch without a confirm by then is `unknown`. */
  readonly confirmMs?: number | undefined
}

export interface IngressConsumerRabbitOptions {
  readonly url: Redacted.Redacted
  readonly partitions: number
  /** This worker's name among the others. */
  readonly worker: string
  /** The most unacknowledged batches that a worker holds of one partition. The others stay with the broker. */
  readonly prefetch?: number | undefined
}

const nothing = Buffer.alloc(0)

/** Includes what an operator has to do about it. */
const notParked = ({ sentence }: BrokerProblem) =>
  new IngressUnavailable({ code: "busy", retryAfterMs: 1_000, cause: sentence })

/** An unreadable submission gets the same word that the broker uses for an unreadable batch. */
const letterOf = ({ partition, submission, why }: Parked) => ({
  partition,
  reason: why === "unread" ? "rejected" : why,
  content: encodeLetter(submission)
})

/** A batch is 256 KB at most, and a gateway has one in flight for each partition. */
const bounds = { messagesMax: 1_000, bytesMax: 16_777_216, confirmMs: 5_000 }
const prefetchDefault = 32
/**
 * Acknowledgements gather for this long at most. Each costs the broker about as much as a message does, and nobody
 * waits for it.
 */
const acksGatherMs = 20
/**
 * Acknowledgements go in groups of at most this many. When they gathered up to half of the prefetch, the consumer got
 * smaller batches, and each message cost an eighth more.
 */
const acksGatherMost = 4
/**
 * A message on a quorum queue costs all processes together two milliseconds of CPU or more, including all that follows
 * from it, regardless of its size.
 */
const restMs = 4

export const ingressRabbit = ({
  confirmMs = bounds.confirmMs,
  partitions,
  url
}: IngressRabbitOptions): Layer.Layer<Ingress | BrokenPartitions> =>
  Layer.scoped(
    Ingress,
    Effect.gen(function* () {
      const trouble = yield* BrokenPartitions
      const silent = new SilentPartitions(url, trouble)
      yield* Effect.forkScoped(silent.look)
      const publisher = yield* makeAmqpPublisher({
        ...bounds,
        url,
        link: "ingress",
        persistent: true,
        mandatory: true,
        confirmMs
      })
      return Ingress.of({
        partitions,
        restMs,
        publish: (partition, batch) =>
          Effect.suspend(() => {
            const retryAfterMs = silent.heldFor(partition)
            if (retryAfterMs !== undefined) return new IngressUnavailable({ code: "busy", retryAfterMs })
            const message = { exchange: "", key: partitionQueue(partition), content: encodeSubmissions(batch) }
            return silent.during(
              partition,
              Effect.mapBoth(publisher.publish([message]), {
                onSuccess: () => trouble.works("send", partition),
                onFailure: ({ reason }) => {
                  if (reason === "late") silent.late()
                  const why = troubles[reason]
                  if (why !== undefined) trouble.broken("send", partition, why)
                  return new IngressUnavailable(answers[reason])
                }
              })
            )
          })
      })
    })
  ).pipe(Layer.provideMerge(BrokenPartitions.layer))

/** The reasons that concern a partition, not the broker. */
const troubles: { readonly [R in Unpublished["reason"]]?: string } = {
  returned: "missing",
  nacked: "full or down"
}

/** A batch may still arrive only if it was handed over and the broker neither confirmed nor refused it. */
const answers: {
  readonly [R in Unpublished["reason"]]: { readonly code: "busy" | "unknown"; readonly retryAfterMs: number }
} = {
  away: { code: "busy", retryAfterMs: 500 },
  blocked: { code: "busy", retryAfterMs: 1_000 },
  full: { code: "busy", retryAfterMs: 250 },
  nacked: { code: "busy", retryAfterMs: 1_000 },
  returned: { code: "busy", retryAfterMs: 1_000 },
  lost: { code: "unknown", retryAfterMs: 250 },
  late: { code: "unknown", retryAfterMs: 250 }
}

export const ingressConsumerRabbit = (
  options: IngressConsumerRabbitOptions
): Layer.Layer<IngressConsumer | BrokenPartitions> =>
  Layer.effect(
    IngressConsumer,
    Effect.map(Effect.all([BrokenPartitions, Effect.serviceOption(WorkerPlaces)]), ([trouble, places]) =>
      IngressConsumer.of({
        consume: Effect.gen(function* () {
          const taker = new Taker(options.prefetch ?? prefetchDefault)
          let moved: (place: number) => void = () => undefined
          const place = Option.isNone(places)
            ? undefined
            : yield* places.value.take(options.worker, (next) => moved(next))
          const consumers = new PartitionConsumers(
            { ...options, place, trouble, prefetch: options.prefetch ?? prefetchDefault },
            taker
          )
          moved = (next) => consumers.moved(next)
          yield* readAtLook(() => partitionsHeld.unsafeUpdate(consumers.held, []))
          yield* keepLinked({ url: options.url, link: "ingress-consumer" }, consumers)
          yield* Effect.forkScoped(consumers.look)
          yield* Effect.addFinalizer(() => Effect.sync(() => taker.acknowledge()))
          return {
            ready: taker.ready,
            take: () => taker.take(),
            park: (parked) => Effect.mapError(parkDeadLetters(options.url, parked.map(letterOf)), notParked)
          }
        })
      })
    )
  ).pipe(Layer.provideMerge(BrokenPartitions.layer))

/**
 * The messages of all partitions that the worker has not taken yet, and the pending acknowledgements. When its scope
 * ends, it closes its channel and does not cancel its consumers. So unacknowledged batches return to the queue before
 * another worker becomes active, and come first.
 */
class Taker {
  readonly #prefetch: number
  readonly #latch = Effect.unsafeMakeLatch(false)
  #link: OpenLink | undefined
  #waiting: Array<IngressMessage> = []
  /** When the first of them came. */
  #sinceMs = 0
  #acks = new GatheredAcks<Message>()
  #ackTimer: NodeJS.Timeout | undefined

  constructor(prefetch: number) {
    this.#prefetch = prefetch
  }

  open(link: OpenLink): void {
    this.#link = link
  }

  /**
   * Batches that were not taken come again, to this worker or another. Batches that were taken can't be acknowledged
   * any more.
   */
  lost(): void {
    this.#link = undefined
    this.#waiting = []
    this.#latch.unsafeClose()
    this.#acks = new GatheredAcks()
  }

  get ready(): Effect.Effect<void> {
    return this.#latch.await
  }

  take(): ReadonlyArray<IngressMessage> {
    const taken = this.#waiting
    if (taken.length > 0) intakeSeconds.unsafeUpdate((performance.now() - this.#sinceMs) / 1_000, [])
    this.#waiting = []
    this.#latch.unsafeClose()
    return taken
  }

  receive(link: OpenLink, partition: number, message: ConsumeMessage): void {
    if (this.#link !== link) return
    if (message.fields.redelivered) count(redelivered)
    const batch = decodeSubmissions(message.content)
    if (batch === undefined) {
      count(poison)
      // Dead-letters the batch.
      return link.channel.nack(message, false, false)
    }
    const isReplayed = replayedMark in (message.properties.headers ?? {})
    // Drops the content: the delivery must not retain it longer than its processing takes.
    const delivery = { content: nothing, fields: message.fields, properties: message.properties }
    this.#acks.given(delivery)
    if (this.#waiting.length === 0) this.#sinceMs = performance.now()
    this.#waiting.push({ partition, ...batch, isReplayed, ack: this.#ackOf(link, delivery) })
    this.#latch.unsafeOpen()
  }

  /** Acknowledges all that are done and not acknowledged yet, in one write. */
  acknowledge(): void {
    const link = this.#link
    clearTimeout(this.#ackTimer)
    this.#ackTimer = undefined
    if (link === undefined || this.#acks.size === 0) return
    const { single, upTo } = this.#acks.take()
    try {
      link.together(() => {
        if (upTo !== undefined) link.channel.ack(upTo, true)
        for (const delivery of single) link.channel.ack(delivery)
      })
    } catch {
      // The channel ended in this turn: the batches come again.
    }
  }

  #ackOf(link: OpenLink, delivery: Message): Effect.Effect<void> {
    return Effect.sync(() => {
      if (this.#link !== link) return
      this.#acks.done(delivery)
      // Long before the broker stops delivering.
      if (this.#acks.size >= Math.min(acksGatherMost, this.#prefetch / 2)) this.acknowledge()
      else this.#ackTimer ??= setTimeout(() => this.acknowledge(), acksGatherMs)
    })
  }
}
