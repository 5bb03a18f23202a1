/** The last minutes of a process, second by second, in memory of a fixed size. */
import type { SecondRow } from "../protocol/Inspection.ts"

export class SecondRing {
  readonly #rows: Float64Array
  readonly #seconds: Float64Array
  readonly #size: number
  readonly #width: number
  #next = 0

  constructor(size: number, width: number) {
    this.#size = size
    this.#width = width
    this.#rows = new Float64Array(size * width)
    this.#seconds = new Float64Array(size)
  }

  /** Adds a second's values, in place of the oldest. `second` counts from 1970 and must not be 0. */
  add(second: number, values: ReadonlyArray<number>): void {
    this.#seconds[this.#next] = second
    const from = this.#next * this.#width
    for (let at = 0; at < this.#width; at++) this.#rows[from + at] = values[at] ?? 0
    this.#next = (this.#next + 1) % this.#size
  }

  /**
   * Returns the newest rows, the oldest of them first, at most `count`. Leaves out the oldest ones that would make more
   * than `numbersMax` numbers.
   */
  last(count: number, numbersMax = Number.POSITIVE_INFINITY): ReadonlyArray<SecondRow> {
    const rows: Array<SecondRow> = []
    let numbers = 0
    for (let back = 1; back <= Math.min(count, this.#size); back++) {
      const row = this.#row((this.#next - back + this.#size) % this.#size)
      if (row === undefined) break
      numbers += row.length
      if (numbers > numbersMax) break
      rows.push(row)
    }
    return rows.reverse()
  }

  #row(slot: number): SecondRow | undefined {
    const second = this.#seconds[slot] ?? 0
    if (second === 0) return undefined
    const row = [second]
    const from = slot * this.#width
    for (let at = 0; at < this.#width; at++) {
      const value = this.#rows[from + at] ?? 0
      // Three digits are enough for a screen, and short on the wire.
      if (value !== 0) row.push(at, Math.round(value * 1_000) / 1_000)
    }
    return row
  }
}
