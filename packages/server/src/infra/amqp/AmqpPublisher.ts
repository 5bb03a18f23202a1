/**
 * Publishing with confirms, under a deadline and a bound of what is not yet confirmed. What is refused here was never handed over; of
 * what was handed over and not confirmed nobody knows whether it is stored: of those that were rejected when a connection ended, some were.
 */
import { Data, Effect, type Scope } from "effect"
import { keepLinked } from "./AmqpLink.ts"
import { count, unpublished } from "./AmqpMetrics.ts"
import type { AmqpOptions, OpenLink } from "./AmqpSession.ts"

export interface AmqpMessage {
  readonly exchange: string
  readonly key: string
  readonly content: Buffer
}

export interface PublisherOptions extends AmqpOptions {
  /** Whether messages survive the broker's restart. */
  readonly persistent: boolean
  /** Whether a message that no queue takes is a failure. */
  readonly mandatory: boolean
  /** Over either bound nothing more is taken until something was confirmed; a lone publish is always taken. */
  readonly messagesMax: number
  readonly bytesMax: number
  /** How long a confirm may take. */
  readonly confirmMs: number
}

/** `lost` and `late`: it may come through all the same. In all other cases it did not. */
export class Unpublished extends Data.TaggedError("Unpublished")<{
  readonly reason: "away" | "blocked" | "full" | "nacked" | "returned" | "lost" | "late"
}> {}

type Reason = Unpublished["reason"]

export const makeAmqpPublisher = (options: PublisherOptions): Effect.Effect<AmqpPublisher, never, Scope.Scope> =>
  Effect.gen(function* () {
    const publisher = new AmqpPublisher(options)
    yield* keepLinked(options, publisher)
    return publisher
  })

export class AmqpPublisher {
  readonly #options: PublisherOptions
  #link: OpenLink | undefined
  #messages = 0
  #bytes = 0
  #published = 0
  /** Messages that came back; the broker confirms each right after. */
  #returned = new Set<unknown>()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  async open(link: OpenLink): Promise<void> {
    const returned = new Set<unknown>()
    link.channel.on("return", ({ properties }) => returned.add(properties.messageId))
    this.#returned = returned
    this.#link = link
  }

  lost(): void {
    this.#link = undefined
  }

  /** Done when all are confirmed; in the order given, as one write. Fails when what becomes of each is known, or at the deadline. */
  publish(messages: ReadonlyArray<AmqpMessage>): Effect.Effect<void, Unpublished> {
    if (messages.length === 0) return Effect.void
    return Effect.async((resume) => {
      const refused = this.#refusal(messages)
      if (refused !== undefined || this.#link === undefined) return resume(this.#fail(refused ?? "away"))
      const waiting = new Waiting(messages.length, (reason) => {
        clearTimeout(timer)
        resume(reason === undefined ? Effect.void : this.#fail(reason))
      })
      const link = this.#link
      const timer = setTimeout(() => {
        waiting.end("late")
        // Silent, and not because it is blocked: another connection may be heard.
        if (!link.isBlocked()) link.lose("a confirm did not come in time")
      }, this.#options.confirmMs)
      link.together(() => {
        for (const message of messages) this.#hand(link, message, waiting)
      })
      return Effect.sync(() => clearTimeout(timer))
    })
  }

  #refusal(messages: ReadonlyArray<AmqpMessage>): Reason | undefined {
    if (this.#link === undefined) return "away"
    if (this.#link.isBlocked()) return "blocked"
    if (this.#messages === 0) return undefined
    const { bytesMax, messagesMax } = this.#options
    const bytes = messages.reduce((sum, { content }) => sum + content.length, this.#bytes)
    return this.#messages + messages.length > messagesMax || bytes > bytesMax ? "full" : undefined
  }

  #hand({ channel }: OpenLink, { content, exchange, key }: AmqpMessage, waiting: Waiting): void {
    const { mandatory, persistent } = this.#options
    const returned = this.#returned
    const messageId = mandatory ? `${++this.#published}` : undefined
    try {
      // Always called once: with the confirm, its refusal, or the channel's end.
      channel.publish(exchange, key, content, { persistent, mandatory, ...(messageId === undefined ? {} : { messageId }) }, (error) => {
        this.#messages--
        this.#bytes -= content.length
        if (error instanceof Error) waiting.settle(error.message === "message nacked" ? "nacked" : "lost")
        else waiting.settle(returned.delete(messageId) ? "returned" : undefined)
      })
      this.#messages++
      this.#bytes += content.length
    } catch {
      // A closed channel throws.
      waiting.settle("away")
    }
  }

  #fail(reason: Reason): Effect.Effect<never, Unpublished> {
    count(unpublished, { link: this.#options.link, reason })
    return new Unpublished({ reason })
  }
}

/** The confirms of one publish. Told once; what comes after that is for the counts alone. */
class Waiting {
  #open: number
  #reason: Reason | undefined
  #tell: ((reason: Reason | undefined) => void) | undefined

  constructor(messages: number, tell: (reason: Reason | undefined) => void) {
    this.#open = messages
    this.#tell = tell
  }

  settle(reason: Reason | undefined): void {
    // That one may have come through says more than that another did not.
    if (this.#reason === undefined || reason === "lost") this.#reason = reason
    if (--this.#open === 0) this.end(this.#reason)
  }

  end(reason: Reason | undefined): void {
    const tell = this.#tell
    this.#tell = undefined
    tell?.(reason)
  }
}
