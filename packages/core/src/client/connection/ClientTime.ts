/** The time by which a client waits and measures, and rules of waiting. */
import type { Clock } from "effect"

/**
 * Goes on with the wall clock, and never back: with a clock that is set back an hour nothing would be due for an hour.
 * Not the monotonic clock: that may stand still while a machine sleeps, and timeouts that passed meanwhile must fire.
 */
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

/** The earliest of the times that are given. */
export const earliest = (...times: ReadonlyArray<number | undefined>): number | undefined => {
  let first: number | undefined
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time
  return first
}

/** What a server may ask for when it is busy, at least and at most (ms). */
const [leastMs, longestMs] = [50, 60_000]

/** How long to wait as a server asked for it. */
export const askedDelay = (retryAfterMs: number): number => Math.min(Math.max(retryAfterMs, leastMs), longestMs)
