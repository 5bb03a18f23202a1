/**
 * What of a log up to the cursor a feed does not hold: its *gaps* (unknown) and its *stale* ranges (right as of an
 * earlier seq). Both ascend and are disjoint, and none of them reaches below what is hidden from the viewer.
 */
import type { StaleRange } from "./KeptFeed.ts"
import type { SeqRange } from "./LogCursor.ts"
import { addRange, byFrom, cutRange, partsWithin } from "./SeqRanges.ts"

export class FeedRanges {
  #gaps: ReadonlyArray<SeqRange> = []
  #stale: ReadonlyArray<StaleRange> = []
  #hidden = 0

  get gaps(): ReadonlyArray<SeqRange> {
    return this.#gaps
  }

  get stale(): ReadonlyArray<StaleRange> {
    return this.#stale
  }

  /** Nothing up to this seq is for the viewer. */
  get hidden(): number {
    return this.#hidden
  }

  /** Whether all of it is held and right, as far as it lies up to the cursor. */
  isWhole(from: number, to: number): boolean {
    return (
      from > this.#hidden &&
      partsWithin(this.#gaps, from, to).length === 0 &&
      partsWithin(this.#stale, from, to).length === 0
    )
  }

  /** Nothing up to `head` is held. */
  begin(head: number): void {
    this.#gaps = addRange([], this.#hidden + 1, head)
  }

  /** The log is another one. */
  reset(): void {
    this.#stale = []
    this.#hidden = 0
  }

  /** False: known already. */
  hide(to: number): boolean {
    if (to <= this.#hidden && !this.#gaps.some((gap) => gap.from <= to)) return false
    this.#hidden = Math.max(this.#hidden, to)
    this.fill(1, to)
    this.freshen(1, to)
    return true
  }

  /**
   * The stream jumps from `before` to `head`: what lies between is a gap, and what is held is right as of `before`
   * only.
   */
  jump(before: number, head: number): void {
    let fresh: ReadonlyArray<StaleRange> =
      before > this.#hidden ? [{ from: this.#hidden + 1, to: before, asOf: before }] : []
    for (const known of [...this.#gaps, ...this.#stale]) fresh = cutRange(fresh, known.from, known.to)
    this.addStale(fresh)
    this.#gaps = addRange(this.#gaps, Math.max(before, this.#hidden) + 1, head)
  }

  /** Rows below `from` are not held any more. */
  letGo(from: number): void {
    const { gaps, stale } = this.above(from)
    this.#gaps = gaps
    this.#stale = stale
  }

  /** What both would be with nothing held below `from`. */
  above(from: number): { readonly gaps: ReadonlyArray<SeqRange>; readonly stale: ReadonlyArray<StaleRange> } {
    return { gaps: addRange(this.#gaps, this.#hidden + 1, from - 1), stale: cutRange(this.#stale, 1, from - 1) }
  }

  /** No gap any more. */
  fill(from: number, to: number): void {
    this.#gaps = cutRange(this.#gaps, from, to)
  }

  /** Not stale any more. */
  freshen(from: number, to: number): void {
    this.#stale = cutRange(this.#stale, from, to)
  }

  /** Ranges that are in neither. */
  addStale(ranges: ReadonlyArray<StaleRange>): void {
    this.#stale = [...this.#stale, ...ranges].sort(byFrom)
  }
}
