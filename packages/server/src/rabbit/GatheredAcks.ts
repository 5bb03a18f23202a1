/**
 * Which deliveries of one channel are done and not acknowledged yet, as plain data, so that many are acknowledged
 * together.
 */

export interface TakenAcks<A> {
  /** Acknowledges this one and all that were given before it. */
  readonly upTo: A | undefined
  /** Those that were given after one that is not done. */
  readonly single: ReadonlyArray<A>
}

export class GatheredAcks<A> {
  /** Those that were given and not acknowledged, in order, and whether each is done. */
  readonly #isDone = new Map<A, boolean>()
  #done = 0

  /** How many are done. */
  get size(): number {
    return this.#done
  }

  given(delivery: A): void {
    this.#isDone.set(delivery, false)
  }

  /** Counts once: the broker closes a channel that acknowledges twice. */
  done(delivery: A): void {
    if (this.#isDone.get(delivery) !== false) return
    this.#isDone.set(delivery, true)
    this.#done++
  }

  /** All that are done. */
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
