/**
 * The queue of push notifications over RabbitMQ: one quorum queue that all senders of notifications share. A message is
 * a list of log ids. If nobody consumes it for so long that it is full, it drops the oldest messages: chat does not
 * wait for push notifications.
 */
import { ConversationId } from "@hibiki/core/domain/Ids"
import { PushConsumer, type PushIntake, PushQueue, PushQueueUnavailable } from "@hibiki/core/ports/PushQueue"
import type { ConsumeMessage } from "amqplib"
import { Effect, Layer, type Redacted, Schema } from "effect"
import { keepLinked, type LinkUser } from "./AmqpLink.ts"
import { count, pushesUnread } from "./AmqpMetrics.ts"
import { makeAmqpPublisher } from "./AmqpPublisher.ts"
import type { OpenLink } from "./AmqpSession.ts"
import { pushQueue } from "./RabbitTopology.ts"

export interface PushQueueRabbitOptions {
  readonly url: Redacted.Redacted
}

const bounds = { messagesMax: 1_000, bytesMax: 16_777_216, confirmMs: 5_000 }
/** The most unacknowledged messages. */
const prefetch = 100

export const pushQueueRabbit = ({ url }: PushQueueRabbitOptions): Layer.Layer<PushQueue> =>
  Layer.scoped(
    PushQueue,
    Effect.map(makeAmqpPublisher({ ...bounds, url, link: "push", persistent: true, mandatory: true }), (publisher) =>
      PushQueue.of({
        offer: (logs) =>
          Effect.suspend(() =>
            publisher.publish([{ exchange: "", key: pushQueue, content: Buffer.from(JSON.stringify(logs)) }])
          ).pipe(Effect.mapError((cause) => new PushQueueUnavailable({ cause })))
      })
    )
  )

export const pushConsumerRabbit = ({ url }: PushQueueRabbitOptions): Layer.Layer<PushConsumer> =>
  Layer.succeed(
    PushConsumer,
    PushConsumer.of({
      consume: Effect.gen(function* () {
        const taker = new Taker()
        yield* keepLinked({ url, link: "push-consumer" }, taker)
        return taker
      })
    })
  )

class Taker implements LinkUser, PushIntake {
  readonly #latch = Effect.unsafeMakeLatch(false)
  #link: OpenLink | undefined
  #waiting: Array<{ readonly logs: ReadonlyArray<ConversationId>; readonly message: ConsumeMessage }> = []

  async open(link: OpenLink): Promise<void> {
    this.#link = link
    await link.channel.prefetch(prefetch)
    await link.channel.consume(pushQueue, (message) => this.#receive(link, message))
  }

  /** Unacknowledged messages come again. */
  lost(): void {
    this.#link = undefined
    this.#waiting = []
    this.#latch.unsafeClose()
  }

  get ready(): Effect.Effect<void> {
    return this.#latch.await
  }

  take(): ReturnType<PushIntake["take"]> {
    const [taken, link] = [this.#waiting, this.#link]
    this.#waiting = []
    this.#latch.unsafeClose()
    return {
      logs: taken.flatMap(({ logs }) => logs),
      ack: Effect.sync(() => {
        for (const { message } of taken.splice(0)) this.#ack(link, message)
      })
    }
  }

  #receive(link: OpenLink, message: ConsumeMessage | null): void {
    if (message === null) return link.lose("a consumer was cancelled")
    if (this.#link !== link) return
    const logs = decode(message.content)
    if (logs === undefined) {
      count(pushesUnread)
      return this.#ack(link, message)
    }
    this.#waiting.push({ logs, message })
    this.#latch.unsafeOpen()
  }

  #ack(link: OpenLink | undefined, message: ConsumeMessage): void {
    if (link === undefined || this.#link !== link) return
    try {
      link.together(() => link.channel.ack(message))
    } catch {
      // The channel ended in this turn: the message comes again.
    }
  }
}

const decodeLogs = Schema.decodeUnknownOption(Schema.parseJson(Schema.Array(ConversationId)))

const decode = (content: Buffer): ReadonlyArray<ConversationId> | undefined => {
  const logs = decodeLogs(content.toString("utf8"))
  return logs._tag === "Some" ? logs.value : undefined
}
