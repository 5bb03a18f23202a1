/**
 * The time by which a client waits and measures: it goes on with the wall clock, and never back. With a clock that is
 * set back an hour nothing would be due for an hour. Not the monotonic clock: that may stand still while a machine
 * sleeps, and what ran out meanwhile is to be noticed.
 */
import type { Clock } from "effect"

export class ClientTime {
  readonly #clock: Clock.Clock
  #last = Number.NEGATIVE_INFINITY
  /** What the wall clock lacks. */
  #behindMs = 0

  constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  /** In milliseconds, of which only differences count. */
  now(): number {
    const told = this.#clock.unsafeCurrentTimeMillis() + this.#behindMs
    if (told < this.#last) this.#behindMs += this.#last - told
    this.#last = Math.max(this.#last, told)
    return this.#last
  }

  /** So late it is at least: a wait until then is over. */
  reached(time: number): void {
    this.#last = Math.max(this.#last, time)
  }

  /** What the wall clock shows at that time, unless it is set until then. */
  onWall(time: number): number {
    this.now()
    return time - this.#behindMs
  }
}
