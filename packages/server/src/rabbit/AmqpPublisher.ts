/**
 * Publishes with confirms, under a timeout and a bound on unconfirmed messages. A message refused here was never handed
 * to the driver. For a message that was handed over and not confirmed, nobody knows whether the broker stored it: it
 * had stored some of the messages that were rejected when a connection ended.
 */
import { Data, Effect, type Scope } from "effect"
import { keepLinked } from "./AmqpLink.ts"
import { count, unpublished, type unpublishedReasons } from "./AmqpMetrics.ts"
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
  /**
   * Over either bound the publisher refuses messages until the broker confirms some. It always takes a lone publish.
   */
  readonly messagesMax: number
  readonly bytesMax: number
  /** The timeout of a confirm. */
  readonly confirmMs: number
  /**
   * Whether single queues are to blame for late confirms while the link still answers. The publisher then stays on the
   * link, and `held` names the messages. Only for queues that don't hold up the channel: a partition's queue does.
   */
  readonly namesHeld?: boolean | undefined
}

export class Unpublished extends Data.TaggedError("Unpublished")<{
  readonly reason: (typeof unpublishedReasons)[number]
  /**
   * Indices of the messages that their queues neither confirm nor refuse. If the reason is `late`, all others were
   * confirmed.
   */
  readonly held: ReadonlyArray<number>
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
  /** Messages that the broker returned; it confirms each right after. */
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

  /**
   * Completes when the broker has confirmed all. Sends them in the given order, as one write. Fails when the outcome of
   * each is known, or at the timeout.
   */
  publish(messages: ReadonlyArray<AmqpMessage>): Effect.Effect<void, Unpublished> {
    if (messages.length === 0) return Effect.void
    return Effect.async((resume) => {
      const refused = this.#refusal(messages)
      if (refused !== undefined || this.#link === undefined) return resume(this.#fail(refused ?? "away", none))
      const waiting = new Waiting(messages.length, (reason, held) => {
        clearTimeout(timer)
        resume(reason === undefined ? Effect.void : this.#fail(reason, held))
      })
      const link = this.#link
      const timer = setTimeout(() => void this.#late(link, waiting), this.#options.confirmMs)
      link.together(() => {
        messages.forEach((message, index) => {
          this.#hand(link, message, (reason) => waiting.settle(index, reason))
        })
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

  /** If the link is silent and not blocked, gives it up: another connection may get through. */
  async #late(link: OpenLink, waiting: Waiting): Promise<void> {
    const isLinkGood = this.#options.namesHeld === true && !link.isBlocked() && (await link.answers())
    if (isLinkGood) return waiting.late(waiting.unsettled)
    waiting.late(none)
    if (!link.isBlocked()) link.lose("a confirm did not come in time")
  }

  #hand(
    { channel }: OpenLink,
    { content, exchange, key }: AmqpMessage,
    settle: (reason: Reason | undefined) => void
  ): void {
    const { mandatory, persistent } = this.#options
    const returned = this.#returned
    const messageId = mandatory ? `${++this.#published}` : undefined
    try {
      // The driver always calls it once: with the confirm, the refusal or the end of the channel.
      channel.publish(
        exchange,
        key,
        content,
        { persistent, mandatory, ...(messageId === undefined ? {} : { messageId }) },
        (error) => {
          this.#messages--
          this.#bytes -= content.length
          if (error instanceof Error) settle(error.message === "message nacked" ? "nacked" : "lost")
          else settle(returned.delete(messageId) ? "returned" : undefined)
        }
      )
      this.#messages++
      this.#bytes += content.length
    } catch {
      // A closed channel throws.
      settle("away")
    }
  }

  #fail(reason: Reason, held: ReadonlyArray<number>): Effect.Effect<never, Unpublished> {
    count(unpublished, { link: this.#options.link, reason })
    return new Unpublished({ reason, held })
  }
}

const none: ReadonlyArray<number> = []

/** The confirms of one publish. Reports once; later confirms only count. */
class Waiting {
  readonly #isSettled: Uint8Array
  #open: number
  #reason: Reason | undefined
  #tell: ((reason: Reason | undefined, held: ReadonlyArray<number>) => void) | undefined

  constructor(messages: number, tell: (reason: Reason | undefined, held: ReadonlyArray<number>) => void) {
    this.#isSettled = new Uint8Array(messages)
    this.#open = messages
    this.#tell = tell
  }

  get unsettled(): ReadonlyArray<number> {
    return [...this.#isSettled.keys()].filter((index) => this.#isSettled[index] === 0)
  }

  settle(index: number, reason: Reason | undefined): void {
    this.#isSettled[index] = 1
    // "One may have arrived" tells the caller more than "another did not".
    if (this.#reason === undefined || reason === "lost") this.#reason = reason
    if (--this.#open === 0) this.#end(this.#reason, none)
  }

  late(held: ReadonlyArray<number>): void {
    // The caller must learn what the broker refused for the others. Without `held` nobody knows which are late.
    this.#end(held.length === 0 ? "late" : (this.#reason ?? "late"), held)
  }

  #end(reason: Reason | undefined, held: ReadonlyArray<number>): void {
    const tell = this.#tell
    this.#tell = undefined
    tell?.(reason, held)
  }
}
