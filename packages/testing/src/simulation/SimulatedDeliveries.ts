/**
 * The deliveries of a simulation: they take time, and may be lost, repeated or overtaken. Confirmed when handed over,
 * like those of a broker.
 */

import type { NodeId } from "@hibiki/core/domain/Ids"
import { Deliveries, DeliveriesUnavailable } from "@hibiki/core/ports/Deliveries"
import type { Envelope } from "@hibiki/core/ports/Submission"
import { Effect } from "effect"
import { Channel } from "./Channel.ts"
import type { Dice } from "./Dice.ts"
import type { World } from "./World.ts"

interface Subscriber {
  readonly node: NodeId
  readonly kind: "gateway" | "api"
  channel: Channel<Envelope>
  readonly receive: (envelope: Envelope) => void
}

export class SimulatedDeliveries {
  readonly #world: World
  readonly #dice: Dice
  #subscribers: ReadonlyArray<Subscriber> = []

  constructor(world: World) {
    this.#world = world
    this.#dice = world.dice("deliveries")
  }

  get service(): Deliveries["Type"] {
    return Deliveries.of({
      publish: (envelopes) => Effect.gen(() => this.#publish(envelopes)),
      subscribe: (node, kind, receive) =>
        Effect.asVoid(
          Effect.acquireRelease(
            Effect.sync(() => this.#subscribe(node, kind, receive)),
            (subscriber) =>
              Effect.sync(() => {
                subscriber.channel.cut()
                this.#subscribers = this.#subscribers.filter((other) => other !== subscriber)
              })
          )
        )
    })
  }

  /**
   * The queue of one gateway vanishes with its content, and publishers do not notice. Returns a function that creates
   * it again.
   */
  loseQueue(target: number): () => void {
    const gateways = this.#subscribers.filter(({ kind }) => kind === "gateway")
    const lost = gateways[Math.floor(target * gateways.length)]
    if (lost === undefined) return () => undefined
    lost.channel.cut()
    return () => {
      if (this.#subscribers.includes(lost)) lost.channel = this.#channel(lost.receive)
    }
  }

  *#publish(envelopes: Parameters<Deliveries["Type"]["publish"]>[0]): Effect.fn.Return<void, DeliveriesUnavailable> {
    yield* Effect.sleep(this.#dice.next() * 3)
    if (this.#world.conditions.deliveries.away) return yield* new DeliveriesUnavailable({ cause: "a planned fault" })
    for (const { envelope, to } of envelopes) {
      for (const subscriber of this.#subscribers) {
        if (to === "gateways" ? subscriber.kind === "gateway" : subscriber.node === to) this.#send(subscriber, envelope)
      }
    }
  }

  #channel(receive: Subscriber["receive"]): Channel<Envelope> {
    return new Channel(this.#world.time, () => 1 + this.#dice.next() * 4, receive)
  }

  #subscribe(node: NodeId, kind: Subscriber["kind"], receive: Subscriber["receive"]): Subscriber {
    const subscriber: Subscriber = { node, kind, channel: this.#channel(receive), receive }
    this.#subscribers = [...this.#subscribers, subscriber]
    return subscriber
  }

  #send(subscriber: Subscriber, envelope: Envelope): void {
    const { lost, reordered, repeated } = this.#world.conditions.deliveries
    if (this.#dice.next() < lost) {
      this.#world.counters.lostEnvelopes++
      return
    }
    if (subscriber.channel.isCut) {
      this.#world.counters.lostEnvelopes++
      return
    }
    // An overtaken or repeated envelope has a channel of its own.
    if (this.#dice.next() < reordered) this.#late(subscriber, envelope)
    else subscriber.channel.send(envelope)
    if (this.#dice.next() < repeated) this.#late(subscriber, envelope)
  }

  #late(subscriber: Subscriber, envelope: Envelope): void {
    new Channel<Envelope>(
      this.#world.time,
      () => 5 + this.#dice.next() * 200,
      (one) => {
        if (this.#subscribers.includes(subscriber)) subscriber.receive(one)
      }
    ).send(envelope)
  }
}
