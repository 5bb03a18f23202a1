/**
 * What was left for the client's loop: sockets' frames, people's acts, answers of calls; taken in in order by its next
 * turn. Plain.
 */

/** With the time and a number in [0, 1) of that turn. */
export type Left = (now: number, chance: number) => void

export class ClientInbox {
  #acts: Array<Left> = []

  get size(): number {
    return this.#acts.length
  }

  leave(act: Left): void {
    this.#acts.push(act)
  }

  /** Those that were left until now. One that throws takes none of those behind it along: they are here still. */
  takeIn(now: number, chance: number): void {
    const left = this.#acts
    this.#acts = []
    let taken = 0
    try {
      while (taken < left.length) left[taken++]?.(now, chance)
    } finally {
      if (taken < left.length) this.#acts = left.slice(taken).concat(this.#acts)
    }
  }
}
