/**
 * Ingress of one process: both sides over one queue. Waiting commands are lost with the process. So nothing is accepted
 * before the commit: the clients' outboxes send the others again.
 */
import { Context, Effect, Layer } from "effect"
import {
  Ingress,
  IngressConsumer,
  type IngressIntake,
  type IngressMessage,
  IngressUnavailable,
  intakeSeconds
} from "../ports/Ingress.ts"
import type { QueueReading } from "../ports/QueueReadings.ts"
import type { Submission } from "../ports/Submission.ts"

export interface IngressBounds {
  readonly partitions: number
  /**
   * Messages, and their approximate bytes, that wait or are not yet acknowledged. Beyond either bound a batch is
   * answered `busy`; a lone one is always taken.
   */
  readonly messagesMax: number
  readonly bytesMax: number
}

const busy = Effect.fail(new IngressUnavailable({ code: "busy", retryAfterMs: 250 }))

/** Reads how many batches of each partition wait. */
export class IngressDepths extends Context.Tag("@hibiki/core/inprocess/IngressDepths")<
  IngressDepths,
  () => ReadonlyArray<QueueReading>
>() {}

/**
 * One consumer, the longest there, is active for all partitions; the others stand by. When it ends, its unacknowledged
 * messages come first.
 */
export const ingressInProcess = (bounds: IngressBounds): Layer.Layer<Ingress | IngressConsumer | IngressDepths> =>
  Layer.effectContext(
    Effect.map(Effect.clock, (clock) => {
      const queue = new IngressQueue(bounds, () => Number(clock.unsafeCurrentTimeNanos()) / 1e9)
      const ingress = Ingress.of({
        partitions: bounds.partitions,
        publish: (partition, batch) => Effect.suspend(() => (queue.add(partition, batch) ? Effect.void : busy))
      })
      const consumer = IngressConsumer.of({
        consume: Effect.acquireRelease(
          Effect.sync(() => queue.join()),
          (seat) => Effect.sync(() => queue.leave(seat))
        )
      })
      return Context.make(Ingress, ingress).pipe(
        Context.add(IngressConsumer, consumer),
        Context.add(IngressDepths, () => queue.depths())
      )
    })
  )

export const IngressInProcess = ingressInProcess({ partitions: 16, messagesMax: 10_000, bytesMax: 67_108_864 })

// One published batch. When its consumer ends, it is queued anew as another object, so that a late acknowledgement has
// no effect.
class Queued implements IngressMessage {
  readonly partition: number
  readonly submissions: ReadonlyArray<Submission>
  readonly unread = []
  readonly isReplayed = false
  readonly bytes: number
  readonly ack: Effect.Effect<void>

  constructor(
    partition: number,
    submissions: ReadonlyArray<Submission>,
    bytes: number,
    settle: (message: Queued) => void
  ) {
    this.partition = partition
    this.submissions = submissions
    this.bytes = bytes
    this.ack = Effect.sync(() => settle(this))
  }
}

// One consumer: its latch is open while it is active and a message waits.
interface Seat extends IngressIntake {
  readonly latch: Effect.Latch
}

class IngressQueue {
  readonly #bounds: IngressBounds
  #waiting: Array<Queued> = []
  readonly #taken = new Set<Queued>()
  readonly #now: () => number
  #bytes = 0
  /** When the first of the waiting messages came. */
  #since = 0
  #seats: ReadonlyArray<Seat> = []

  /** `now`: a monotonic clock, in seconds. */
  constructor(bounds: IngressBounds, now: () => number) {
    this.#bounds = bounds
    this.#now = now
  }

  add(partition: number, submissions: ReadonlyArray<Submission>): boolean {
    const bytes = bytesOf(submissions)
    const held = this.#waiting.length + this.#taken.size
    if (held > 0 && (held >= this.#bounds.messagesMax || this.#bytes + bytes > this.#bounds.bytesMax)) return false
    this.#bytes += bytes
    if (this.#waiting.length === 0) this.#since = this.#now()
    this.#waiting.push(new Queued(partition, submissions, bytes, this.#settle))
    this.#wake()
    return true
  }

  depths(): ReadonlyArray<QueueReading> {
    const depths = new Array<number>(this.#bounds.partitions).fill(0)
    for (const { partition } of this.#waiting) depths[partition] = (depths[partition] ?? 0) + 1
    return depths.map((depth, partition) => ({ queue: "partition", partition, depth, consumers: this.#seats.length }))
  }

  join(): Seat {
    const latch = Effect.unsafeMakeLatch(false)
    const seat: Seat = { latch, ready: latch.await, take: () => this.#take(seat), park: () => Effect.void }
    this.#seats = [...this.#seats, seat]
    this.#wake()
    return seat
  }

  leave(seat: Seat): void {
    const wasActive = this.#seats[0] === seat
    this.#seats = this.#seats.filter((other) => other !== seat)
    if (!wasActive) return
    const again = [...this.#taken].map(
      (message) => new Queued(message.partition, message.submissions, message.bytes, this.#settle)
    )
    this.#taken.clear()
    this.#waiting = [...again, ...this.#waiting]
    this.#wake()
  }

  #take(seat: Seat): ReadonlyArray<IngressMessage> {
    if (this.#seats[0] !== seat) return []
    seat.latch.unsafeClose()
    const messages = this.#waiting
    if (messages.length > 0) intakeSeconds.unsafeUpdate(this.#now() - this.#since, [])
    this.#waiting = []
    for (const message of messages) this.#taken.add(message)
    return messages
  }

  readonly #settle = (message: Queued): void => {
    if (this.#taken.delete(message)) this.#bytes -= message.bytes
  }

  #wake(): void {
    if (this.#waiting.length > 0) this.#seats[0]?.latch.unsafeOpen()
  }
}

// The approximate size as JSON: exact enough for a bound, without encoding anything.
const bytesOf = (submissions: ReadonlyArray<Submission>): number => {
  let bytes = 0
  for (const { commands } of submissions) {
    bytes += 128
    for (const { body } of commands) {
      bytes += 256
      if ("text" in body) bytes += 3 * body.text.length
      if (body.kind === "create") bytes += 40 * body.members.length
      if (body.kind === "add") bytes += 40 * body.userIds.length
    }
  }
  return bytes
}
