/**
 * The deliveries of one channel that are done and not acknowledged yet, as plain data, so that many are acknowledged
 * together.
 */

export interface TakenAcks<A> {
  /** Acknowledges this delivery and all earlier ones. */
  readonly upTo: A | undefined
  /** Done deliveries that came after one that is not done. */
  readonly single: ReadonlyArray<A>
}

export class GatheredAcks<A> {
  /** The unacknowledged deliveries in order, and whether each is done. */
  readonly #isDone = new Map<A, boolean>()
  #done = 0

  /** How many are done. */
  get size(): number {
    return this.#done
  }

  given(delivery: A): void {
    this.#isDone.set(delivery, false)
  }

  /** Counts a delivery once: the broker closes a channel that acknowledges twice. */
  done(delivery: A): void {
    if (this.#isDone.get(delivery) !== false) return
    this.#isDone.set(delivery, true)
    this.#done++
  }

  /** Takes all that are done. */
  take(): TakenAcks<A> {
    let upTo: A | undefined
    const single: Array<A> = []
    let isGapless = true
    for (const [delivery, isDone] of this.#isDone) {
      isGapless &&= isDone
      if (!isDone) continue
      this.#isDone.delete(delivery)
      if (isGapless) upTo = delivery
      else single.push(delivery)
    }
    this.#done = 0
    return { upTo, single }
  }
}
