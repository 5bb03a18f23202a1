/**
 * How many of a conversation's unread messages count: all of them, or those that mention the user. A number as of a
 * reading, and what came above it, one by one. Plain; changed in place. Bound: `unreadKept` messages above the reading;
 * with more there are as many as are ever counted.
 */
import { Limits } from "../../domain/Limits.ts"

export const unreadKept = 1_000

export class UnreadCount {
  /** Up to `#asOf`, but for what changed there since the reading. Of an estimate: no fewer than there are. */
  #base: number
  #asOf: number
  readonly #above = new Set<number>()
  /** There were more above than are kept. */
  #isOver = false
  #isInexact = false

  /** `base`: as a reading says that is as of `asOf`. */
  constructor(base: number, asOf: number) {
    this.#base = base
    this.#asOf = asOf
  }

  /** Stops at Limits.unreadCap. */
  get shown(): number {
    return this.#isOver ? Limits.unreadCap : Math.min(Limits.unreadCap, this.#base + this.#above.size)
  }

  /** It is an estimate, until the server is asked that knows of the read cursor. */
  get isInexact(): boolean {
    return this.#isInexact
  }

  /** A newer reading: what came above it is told again. */
  begin(base: number, asOf: number): void {
    this.#base = base
    this.#asOf = asOf
    this.#above.clear()
    this.#isOver = false
    this.#isInexact = false
  }

  /**
   * Whether an unread message counts from here on. `before`: whether it did; undefined where that is not known, as it
   * may be of what stands below the reading. False: how many there are is not known any more, and is to be read anew.
   */
  set(seq: number, counts: boolean, before: () => boolean | undefined): boolean {
    if (seq > this.#asOf) {
      this.#setAbove(seq, counts)
      return true
    }
    // Where none counts this one did not.
    const counted = this.#base === 0 ? false : before()
    if (counted === counts) return true
    if (counted === undefined) return false
    // There may be more than were counted.
    const isKnown = counts || this.#base < Limits.unreadCap
    this.#base = Math.min(Limits.unreadCap, this.#base + (counts ? 1 : -1))
    return isKnown
  }

  /**
   * All up to a place is read, where the log is known up to `head`. `countHeld`: how many count from a place to
   * another, both included; undefined: not known.
   */
  advance(upTo: number, head: number, countHeld: (from: number, to: number) => number | undefined): void {
    for (const seq of this.#above) if (seq <= upTo) this.#above.delete(seq)
    if (upTo >= head) this.#isOver = false
    this.#isInexact = this.#isOver
    if (upTo >= this.#asOf) this.#base = 0
    if (this.#base === 0) return
    const counted = countHeld(upTo + 1, this.#asOf)
    if (counted === undefined) this.#isInexact = true
    this.#base = counted ?? Math.min(this.#base, this.#asOf - upTo)
  }

  #setAbove(seq: number, counts: boolean): void {
    if (!counts) this.#above.delete(seq)
    else if (this.#above.size < unreadKept || this.#above.has(seq)) this.#above.add(seq)
    else this.#isOver = true
  }
}
