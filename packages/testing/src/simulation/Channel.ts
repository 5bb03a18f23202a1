/**
 * One direction of a link: messages arrive later, in order, as tasks among the fibers' own; until somebody holds or
 * cuts the link.
 */
import type { SimulatedTime } from "./SimulatedTime.ts"

export class Channel<A> {
  readonly #time: SimulatedTime
  readonly #latencyMs: () => number
  readonly #deliver: (item: A) => void
  #lastDue = 0
  #arrived: Array<A> = []
  #isHeld = false
  #isCut = false

  constructor(time: SimulatedTime, latencyMs: () => number, deliver: (item: A) => void) {
    this.#time = time
    this.#latencyMs = latencyMs
    this.#deliver = deliver
  }

  get isCut(): boolean {
    return this.#isCut
  }

  send(item: A): void {
    if (this.#isCut) return
    this.#lastDue = Math.max(this.#lastDue, this.#time.now + this.#latencyMs())
    this.#time.at(this.#lastDue, () => {
      if (this.#isCut) return
      this.#arrived.push(item)
      if (!this.#isHeld) this.#deliverNext()
    })
  }

  /** Arriving messages wait from here on. */
  hold(): void {
    this.#isHeld = true
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    for (let left = this.#arrived.length; left > 0; left--) this.#deliverNext()
  }

  /** Undelivered messages are lost. */
  cut(): void {
    this.#isCut = true
    this.#arrived = []
  }

  // Each task takes the first message, so that the order stays whichever task runs first.
  #deliverNext(): void {
    this.#time.scheduler.scheduleTask(() => {
      if (this.#isHeld) return
      const item = this.#arrived.shift()
      if (item !== undefined) this.#deliver(item)
    })
  }
}
