/**
 * Deliveries over RabbitMQ: each node has a queue of its own that ends with its connection, and is bounded: what is too much is dropped from
 * its head. Nothing survives the broker's restart; whoever misses something reads it in the log.
 */
import type { NodeId } from "@hibiki/core/domain/Ids"
import { makeStart } from "@hibiki/core/fibers/makeStart"
import { tellFault } from "@hibiki/core/fibers/tellFault"
import { Deliveries, DeliveriesUnavailable } from "@hibiki/core/messages/Deliveries"
import type { Envelope } from "@hibiki/core/messages/Submission"
import type { ConsumeMessage } from "amqplib"
import { Cause, Effect, Layer, type Redacted } from "effect"
import { keepLinked, type LinkUser } from "../infra/amqp/AmqpLink.ts"
import { count, envelopesUnread } from "../infra/amqp/AmqpMetrics.ts"
import { type AmqpMessage, makeAmqpPublisher } from "../infra/amqp/AmqpPublisher.ts"
import type { OpenLink } from "../infra/amqp/AmqpSession.ts"
import { decodeEnvelope, EnvelopeEncoder } from "./envelopeCodec.ts"
import { gatewaysExchange, nodesExchange } from "./RabbitTopology.ts"

export interface DeliveriesRabbitOptions {
  readonly url: Redacted.Redacted
  /** How long a confirm may take. */
  readonly confirmMs?: number | undefined
}

const bounds = { messagesMax: 10_000, bytesMax: 67_108_864, confirmMs: 5_000 }
const toldEveryMs = 1_000
/** Of one node's queue. */
const queueMax = { messages: 50_000, bytes: 67_108_864 }

export const deliveriesRabbit = ({ confirmMs = bounds.confirmMs, url }: DeliveriesRabbitOptions): Layer.Layer<Deliveries> =>
  Layer.scoped(
    Deliveries,
    Effect.map(makeAmqpPublisher({ ...bounds, url, link: "deliveries", persistent: false, mandatory: false, confirmMs }), (publisher) =>
      Deliveries.of({
        publish: (envelopes) =>
          Effect.suspend(() => publisher.publish(messagesOf(envelopes))).pipe(
            Effect.mapError((cause) => new DeliveriesUnavailable({ cause }))
          ),
        subscribe: (node, kind, receive, resumed) =>
          Effect.gen(function* () {
            const start = yield* makeStart
            const threw = (cause: unknown) =>
              start(tellFault("A receiver of deliveries threw: this envelope is lost to it")(Cause.die(cause)))
            const subscription = new Subscription(node, kind, { receive, resumed, threw })
            yield* keepLinked({ url, link: "deliveries-consumer" }, subscription)
            subscription.begun()
          })
      })
    )
  )

type Addressed = Parameters<Deliveries["Type"]["publish"]>[0]

const messagesOf = (envelopes: Addressed): ReadonlyArray<AmqpMessage> => {
  const encoder = new EnvelopeEncoder()
  return envelopes.map(({ envelope, to }) => {
    const content = encoder.encode(envelope)
    return to === "gateways" ? { exchange: gatewaysExchange, key: "", content } : { exchange: nodesExchange, key: to, content }
  })
}

interface Subscriber {
  readonly receive: (envelope: Envelope) => void
  readonly resumed: (() => void) | undefined
  /** `receive` or `resumed` threw. Told once a second at most. */
  readonly threw: (cause: unknown) => void
}

class Subscription implements LinkUser {
  readonly #node: NodeId
  readonly #kind: "gateway" | "api"
  readonly #subscriber: Subscriber
  #link: OpenLink | undefined
  #opens = 0
  #hasBegun = false
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(node: NodeId, kind: "gateway" | "api", subscriber: Subscriber) {
    this.#node = node
    this.#kind = kind
    this.#subscriber = subscriber
  }

  /** The subscriber believes from here on that envelopes come. */
  begun(): void {
    this.#hasBegun = true
  }

  async open(link: OpenLink, answered: () => void): Promise<void> {
    this.#link = link
    const { channel } = link
    // Another name each time: the broker may not have noticed yet that the connection before this one is gone, and with it its queue.
    const queue = `hibiki.node.${this.#node}.${++this.#opens}`
    await channel.assertQueue(queue, {
      exclusive: true,
      autoDelete: true,
      durable: false,
      arguments: {
        "x-queue-type": "classic",
        "x-max-length": queueMax.messages,
        "x-max-length-bytes": queueMax.bytes,
        "x-overflow": "drop-head"
      }
    })
    answered()
    await channel.bindQueue(queue, nodesExchange, this.#node)
    answered()
    if (this.#kind === "gateway") await channel.bindQueue(queue, gatewaysExchange, "")
    answered()
    await channel.consume(queue, (message) => this.#take(link, message), { noAck: true, exclusive: true })
    if (this.#hasBegun) this.#guarded(() => this.#subscriber.resumed?.())
  }

  lost(): void {
    this.#link = undefined
  }

  #take(link: OpenLink, message: ConsumeMessage | null): void {
    // The queue is gone.
    if (message === null) return link.lose("a consumer was cancelled")
    if (this.#link !== link) return
    const envelope = decodeEnvelope(message.content)
    if (envelope === undefined) return count(envelopesUnread)
    this.#guarded(() => this.#subscriber.receive(envelope))
  }

  /** A throw in the driver's callback would cost the channel, and with it all that comes. */
  #guarded(tell: () => void): void {
    try {
      tell()
    } catch (cause) {
      count(envelopesUnread)
      const nowMs = performance.now()
      if (nowMs - this.#toldAtMs < toldEveryMs) return
      this.#toldAtMs = nowMs
      this.#subscriber.threw(cause)
    }
  }
}
