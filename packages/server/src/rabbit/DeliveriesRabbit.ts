/**
 * Deliveries over RabbitMQ. Each node has its own queue, which ends with the node's connection. The queue is bounded
 * and drops the oldest messages when it is full. Nothing survives a restart of the broker: a node that misses an
 * envelope reads the log. A node leaves a queue that hangs, and nobody waits for such a queue.
 */
import type { NodeId } from "@hibiki/core/domain/Ids"
import { makeStart } from "@hibiki/core/fibers/Background"
import { logFault } from "@hibiki/core/fibers/logging"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { Deliveries, DeliveriesUnavailable } from "@hibiki/core/ports/Deliveries"
import type { Envelope } from "@hibiki/core/ports/Submission"
import type { ConsumeMessage } from "amqplib"
import { Cause, Effect, Layer, Option, type Redacted } from "effect"
import { keepLinked, type LinkUser } from "./AmqpLink.ts"
import { count, envelopesUnread } from "./AmqpMetrics.ts"
import { type AmqpMessage, makeAmqpPublisher } from "./AmqpPublisher.ts"
import type { OpenLink } from "./AmqpSession.ts"
import { decodeEnvelope, EnvelopeEncoder } from "./envelopeCodec.ts"
import { gatewaysExchange, nodesExchange } from "./RabbitTopology.ts"
import { SilentNodes } from "./SilentNodes.ts"

export interface DeliveriesRabbitOptions {
  readonly url: Redacted.Redacted
  /** The timeout of a confirm. */
  readonly confirmMs?: number | undefined
}

const bounds = { messagesMax: 10_000, bytesMax: 67_108_864, confirmMs: 5_000 }
const toldEveryMs = 1_000
/** A node checks its queue when nothing has come from it for this long, and leaves the queue if it does not answer. */
const look = { every: "2 seconds", answerMs: 5_000, leaveMs: 1_000 } as const
/** The time to read what has arrived, in case this process itself had stalled. */
const readMs = 100
/** The bounds of one node's queue. */
const queueMax = { messages: 50_000, bytes: 67_108_864 }

export const deliveriesRabbit = ({
  confirmMs = bounds.confirmMs,
  url
}: DeliveriesRabbitOptions): Layer.Layer<Deliveries> =>
  Layer.scoped(
    Deliveries,
    Effect.gen(function* () {
      const options = {
        ...bounds,
        url,
        link: "deliveries",
        persistent: false,
        mandatory: false,
        namesHeld: true,
        confirmMs
      } as const
      const publisher = yield* makeAmqpPublisher(options)
      const nodes = new SilentNodes(
        (envelopes) => Effect.suspend(() => publisher.publish(messagesOf(envelopes))),
        yield* makeStart
      )
      return Deliveries.of({
        publish: (envelopes) =>
          Effect.mapError(nodes.publish(envelopes), (cause) => new DeliveriesUnavailable({ cause })),
        subscribe: (node, kind, receive, resumed) =>
          Effect.gen(function* () {
            const start = yield* makeStart
            const threw = (cause: unknown) =>
              start(logFault("A receiver of deliveries threw: this envelope is lost to it")(Cause.die(cause)))
            const subscription = new Subscription(node, kind, { receive, resumed, threw })
            yield* keepLinked({ url, link: "deliveries-consumer" }, subscription)
            yield* subscription.look.pipe(
              repeatEvery(look.every, "A node's queue could not be asked whether it works"),
              Effect.forkScoped
            )
            subscription.begun()
          })
      })
    })
  )

type Addressed = Parameters<Deliveries["Type"]["publish"]>[0]

const messagesOf = (envelopes: Addressed): ReadonlyArray<AmqpMessage> => {
  const encoder = new EnvelopeEncoder()
  return envelopes.map(({ envelope, to }) => {
    const content = encoder.encode(envelope)
    return to === "gateways"
      ? { exchange: gatewaysExchange, key: "", content }
      : { exchange: nodesExchange, key: to, content }
  })
}

interface Subscriber {
  readonly receive: (envelope: Envelope) => void
  readonly resumed: (() => void) | undefined
  /** Called when `receive` or `resumed` threw, once a second at most. */
  readonly threw: (cause: unknown) => void
}

class Subscription implements LinkUser {
  readonly #node: NodeId
  readonly #kind: "gateway" | "api"
  readonly #subscriber: Subscriber
  #link: OpenLink | undefined
  /** The queue that the link consumes, once its set-up is done. */
  #queue: string | undefined
  #hasHeard = false
  #opens = 0
  #hasBegun = false
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(node: NodeId, kind: "gateway" | "api", subscriber: Subscriber) {
    this.#node = node
    this.#kind = kind
    this.#subscriber = subscriber
  }

  /** From here on the subscriber relies on receiving envelopes. */
  begun(): void {
    this.#hasBegun = true
  }

  async open(link: OpenLink, answered: () => void): Promise<void> {
    this.#link = link
    const { channel } = link
    // Uses another name each time: the broker may not have noticed yet that the previous connection ended, and its
    // queue with it.
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
    if (this.#link === link) this.#queue = queue
    if (this.#hasBegun) this.#guarded(() => this.#subscriber.resumed?.())
  }

  lost(): void {
    this.#link = undefined
    this.#queue = undefined
  }

  /** Replaces a queue that hangs: its channel and connection answer, but nothing comes. */
  get look(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const [link, queue, hasHeard] = [this.#link, this.#queue, this.#hasHeard]
      this.#hasHeard = false
      if (hasHeard || link === undefined || queue === undefined) return Effect.void
      let isSilent = true
      const asked = async () => {
        try {
          await link.channel.checkQueue(queue)
        } catch {
          // A missing queue ends the channel, and the link with it.
        }
        isSilent = false
      }
      return Effect.promise(asked).pipe(
        Effect.timeoutOption(look.answerMs),
        Effect.tap((answer) => (Option.isNone(answer) ? Effect.sleep(readMs) : Effect.void)),
        Effect.zipRight(
          Effect.suspend(() =>
            isSilent && !this.#hasHeard && this.#link === link ? this.#leave(link, queue) : Effect.void
          )
        )
      )
    })
  }

  /**
   * Removes the queue's bindings first, or publishers would go on waiting for it: a queue that hangs does not end with
   * its connection.
   */
  #leave(link: OpenLink, queue: string): Effect.Effect<void> {
    const unbind = async () => {
      const channel = await link.beside()
      await channel.unbindQueue(queue, nodesExchange, this.#node)
      if (this.#kind === "gateway") await channel.unbindQueue(queue, gatewaysExchange, "")
    }
    return Effect.tryPromise(unbind).pipe(
      Effect.ignore,
      Effect.timeoutOption(look.leaveMs),
      Effect.zipRight(Effect.sync(() => link.lose("its queue does not answer")))
    )
  }

  #take(link: OpenLink, message: ConsumeMessage | null): void {
    // The queue is gone.
    if (message === null) return link.lose("a consumer was cancelled")
    if (this.#link !== link) return
    this.#hasHeard = true
    const envelope = decodeEnvelope(message.content)
    if (envelope === undefined) return count(envelopesUnread)
    this.#guarded(() => this.#subscriber.receive(envelope))
  }

  /** A throw in the driver's callback would end the channel, and with it all deliveries. */
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
