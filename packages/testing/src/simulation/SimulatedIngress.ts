/**
 * The ingress of a simulation: partitions with one active consumer each. That is no fence: a hand-over may overlap,
 * confirms may be lost, batches may come twice, and unacknowledged batches come again. Unbounded: a run is short.
 */

import { Ingress, IngressConsumer, type IngressMessage, IngressUnavailable } from "@hibiki/core/ports/Ingress"
import type { Submission } from "@hibiki/core/ports/Submission"
import { Effect } from "effect"
import type { Dice } from "./Dice.ts"
import type { World } from "./World.ts"

/** As over RabbitMQ. */
const restMs = 4

interface Seat {
  readonly latch: Effect.Latch
}

class Queued implements IngressMessage {
  readonly unread = []
  readonly isReplayed = false
  readonly ack: Effect.Effect<void>

  constructor(
    readonly partition: number,
    readonly submissions: ReadonlyArray<Submission>,
    readonly settle: (message: Queued) => void
  ) {
    this.ack = Effect.sync(() => this.settle(this))
  }
}

class Partition {
  waiting: Array<Queued> = []
  /** Unacknowledged batches of the active consumer. */
  taken = new Set<Queued>()
  active: Seat | undefined = undefined

  constructor(readonly index: number) {}

  /** Taken batches come first again, as other messages, so that a late acknowledgement finds nothing. */
  giveTo(seat: Seat | undefined): void {
    const again = [...this.taken].map(
      ({ partition, settle, submissions }) => new Queued(partition, submissions, settle)
    )
    this.taken = new Set()
    this.waiting = [...again, ...this.waiting]
    this.active = seat
    if (this.waiting.length > 0) seat?.latch.unsafeOpen()
  }
}

export class SimulatedIngress {
  readonly #world: World
  readonly #dice: Dice
  readonly #partitions: ReadonlyArray<Partition>
  #seats: ReadonlyArray<Seat> = []

  constructor(world: World, partitions: number) {
    this.#world = world
    this.#dice = world.dice("ingress")
    this.#partitions = Array.from({ length: partitions }, (_, index) => new Partition(index))
  }

  get sender(): Ingress["Type"] {
    return Ingress.of({
      partitions: this.#partitions.length,
      restMs,
      publish: (partition, batch) => Effect.gen(() => this.#publish(partition, batch))
    })
  }

  get consumer(): IngressConsumer["Type"] {
    return IngressConsumer.of({
      consume: Effect.acquireRelease(
        Effect.sync(() => this.#join()),
        (seat) => Effect.sync(() => this.#leave(seat))
      ).pipe(Effect.map((seat) => ({ ready: seat.latch.await, take: () => this.#take(seat), park: () => Effect.void })))
    })
  }

  /** Partitions go to another consumer at once, while the one before still works on its batches. */
  handOver(): void {
    const [first, ...others] = this.#seats
    if (first === undefined) return
    for (const partition of this.#partitions) {
      const next = others[this.#dice.below(others.length)]
      if (next !== undefined && partition.active !== next && this.#dice.next() < 0.6) partition.giveTo(next)
    }
    this.#seats = [...others, first]
  }

  /**
   * Deletes waiting batches, and unacknowledged ones when they come back, although their publishers got confirms.
   * Batches of the active consumer go on.
   */
  loseWaiting(): void {
    const { counters } = this.#world
    for (const partition of this.#partitions) {
      counters.lostBatches += partition.waiting.length + partition.taken.size
      partition.waiting = []
      partition.taken = new Set()
    }
  }

  *#publish(index: number, batch: ReadonlyArray<Submission>): Effect.fn.Return<void, IngressUnavailable> {
    const { conditions, counters } = this.#world
    yield* Effect.sleep(this.#dice.next() * 4)
    if (this.#dice.next() < conditions.ingress.busy)
      return yield* new IngressUnavailable({ code: "busy", retryAfterMs: 100 })
    this.#add(index, batch)
    if (this.#dice.next() < conditions.ingress.twice) this.#add(index, batch)
    yield* Effect.sleep(this.#dice.next() * 4)
    if (this.#dice.next() < conditions.ingress.confirmsLost) {
      counters.lostAnswers++
      return yield* new IngressUnavailable({ code: "unknown", retryAfterMs: 100 })
    }
  }

  #add(index: number, batch: ReadonlyArray<Submission>): void {
    const partition = this.#partitions[index]
    if (partition === undefined) return
    partition.waiting.push(new Queued(index, batch, (message) => void partition.taken.delete(message)))
    partition.active?.latch.unsafeOpen()
  }

  #join(): Seat {
    const seat: Seat = { latch: Effect.unsafeMakeLatch(false) }
    this.#seats = [...this.#seats, seat]
    for (const partition of this.#partitions) {
      // The newcomer's share: partitions without unacknowledged batches, so that nothing overlaps.
      const isFree =
        partition.active === undefined || (partition.taken.size === 0 && partition.index % this.#seats.length === 0)
      if (isFree) partition.giveTo(seat)
    }
    return seat
  }

  #leave(seat: Seat): void {
    this.#seats = this.#seats.filter((other) => other !== seat)
    for (const partition of this.#partitions) {
      if (partition.active === seat) partition.giveTo(this.#seats[partition.index % Math.max(1, this.#seats.length)])
    }
  }

  #take(seat: Seat): ReadonlyArray<IngressMessage> {
    seat.latch.unsafeClose()
    const messages: Array<Queued> = []
    for (const partition of this.#partitions) {
      if (partition.active !== seat) continue
      for (const message of partition.waiting) partition.taken.add(message)
      messages.push(...partition.waiting)
      partition.waiting = []
    }
    return messages
  }
}
