/**
 * Handles nodes whose queue neither works nor ends. Such a queue confirms nothing, and RabbitMQ stops the whole
 * connection once it has sent the queue some hundred messages that the queue did not process. So after one late confirm
 * no publisher waits for the queue. It then gets one publish at a time, as a probe. Other envelopes for its node are
 * dropped meanwhile, and the node reads them from the log.
 */
import type { Start } from "@hibiki/core/fibers/Background"
import type { AddressedEnvelope } from "@hibiki/core/ports/Deliveries"
import { Effect, Option } from "effect"
import { count, envelopesGivenUp } from "./AmqpMetrics.ts"
import type { Unpublished } from "./AmqpPublisher.ts"

type Envelopes = ReadonlyArray<AddressedEnvelope>
type Address = AddressedEnvelope["to"]
type Send = (envelopes: Envelopes) => Effect.Effect<void, Unpublished>

/** The timeout of a publish that probes a queue. */
const askMs = 1_000
/** The envelopes to all gateways must not stop for all because one queue is silent. */
const asksMax = (address: Address) => (address === "gateways" ? 100 : 1)
/** Beyond this number, publishers wait again for the queue that fell silent first. */
const silentMax = 1_000

export class SilentNodes {
  readonly #send: Send
  readonly #start: Start
  /** How many publishes probe each queue at present. */
  readonly #asks = new Map<Address, number>()

  constructor(send: Send, start: Start) {
    this.#send = send
    this.#start = start
  }

  /** Completes when everything is confirmed or dropped. */
  publish(envelopes: Envelopes): Effect.Effect<void, Unpublished> {
    return Effect.suspend(() => {
      if (this.#asks.size === 0) return this.#wait(envelopes)
      const silent = new Map<Address, Array<AddressedEnvelope>>()
      for (const each of envelopes) {
        if (!this.#asks.has(each.to)) continue
        const mine = silent.get(each.to)
        if (mine === undefined) silent.set(each.to, [each])
        else mine.push(each)
      }
      for (const [address, mine] of silent) this.#ask(address, mine)
      return this.#wait(silent.size === 0 ? envelopes : envelopes.filter(({ to }) => !silent.has(to)))
    })
  }

  #wait(envelopes: Envelopes): Effect.Effect<void, Unpublished> {
    return Effect.catchAll(this.#send(envelopes), (error) => {
      if (error.held.length === 0) return error
      const held = new Set(error.held.flatMap((index) => envelopes[index]?.to ?? []))
      return Effect.zipRight(this.#fellSilent(held), error.reason === "late" ? Effect.void : error)
    })
  }

  #fellSilent(addresses: ReadonlySet<Address>): Effect.Effect<void> {
    const fresh = [...addresses].filter((address) => !this.#asks.has(address))
    for (const address of fresh) this.#asks.set(address, 0)
    for (const address of this.#asks.keys()) {
      if (this.#asks.size <= silentMax) break
      this.#asks.delete(address)
    }
    return fresh.length === 0
      ? Effect.void
      : Effect.annotateLogs(
          Effect.logWarning(
            "Queues of nodes take nothing: what they miss is read from the log, and nothing waits for them"
          ),
          {
            nodes: fresh.join(", ")
          }
        )
  }

  #ask(address: Address, envelopes: Envelopes): void {
    const asks = this.#asks.get(address) ?? 0
    if (asks >= asksMax(address)) {
      for (const _ of envelopes) count(envelopesGivenUp)
      return
    }
    this.#asks.set(address, asks + 1)
    const answered = (confirmed: Option.Option<void>) => (Option.isSome(confirmed) ? this.#works(address) : Effect.void)
    this.#start(
      this.#send(envelopes).pipe(
        Effect.timeoutOption(askMs),
        Effect.flatMap(answered),
        Effect.ignore,
        Effect.ensuring(
          Effect.sync(() => {
            const left = this.#asks.get(address)
            if (left !== undefined) this.#asks.set(address, Math.max(0, left - 1))
          })
        )
      )
    )
  }

  #works(address: Address): Effect.Effect<void> {
    return this.#asks.delete(address)
      ? Effect.annotateLogs(Effect.logInfo("The queue of a node takes envelopes again"), { nodes: address })
      : Effect.void
  }
}
