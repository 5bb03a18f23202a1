/** The clock by which a client waits and measures, and the rules for delays. */
import type { Clock } from "effect"

/**
 * Follows the wall clock, but never goes back: if someone sets the clock back an hour, nothing would be due for an
 * hour. The monotonic clock would not do: it may stop while a machine sleeps, and timeouts that passed meanwhile must
 * fire.
 */
export class ClientTime {
  readonly #clock: Clock.Clock
  #last = Number.NEGATIVE_INFINITY
  /** How far the wall clock is behind this clock, in ms. */
  #behindMs = 0

  constructor(clock: Clock.Clock) {
    this.#clock = clock
  }

  /** In milliseconds; only differences have a meaning. */
  now(): number {
    const told = this.#clock.unsafeCurrentTimeMillis() + this.#behindMs
    if (told < this.#last) this.#behindMs += this.#last - told
    this.#last = Math.max(this.#last, told)
    return this.#last
  }

  /** Reports that this time has been reached: a wait until then is over. */
  reached(time: number): void {
    this.#last = Math.max(this.#last, time)
  }

  /** The wall clock's reading at that time, unless someone sets the clock before then. */
  onWall(time: number): number {
    this.now()
    return time - this.#behindMs
  }
}

/** The earliest of the given times. */
export const earliest = (...times: ReadonlyArray<number | undefined>): number | undefined => {
  let first: number | undefined
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time
  return first
}

/** The shortest and longest delay that a busy server may ask for (ms). */
const [leastMs, longestMs] = [50, 60_000]

/** The delay that a server asked for, within these bounds. */
export const askedDelay = (retryAfterMs: number): number => Math.min(Math.max(retryAfterMs, leastMs), longestMs)
