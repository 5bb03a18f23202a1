/** Sets of seqs as ascending, disjoint ranges, both ends included. */
import type { SeqRange } from "./LogCursor.ts"

/** `ranges` with [from, to] in them; ranges that touch become one. */
export const addRange = (ranges: ReadonlyArray<SeqRange>, from: number, to: number): ReadonlyArray<SeqRange> => {
  if (from > to) return ranges
  let [low, high] = [from, to]
  const rest: Array<SeqRange> = []
  for (const range of ranges) {
    if (range.to < low - 1 || range.from > high + 1) rest.push(range)
    else {
      low = Math.min(low, range.from)
      high = Math.max(high, range.to)
    }
  }
  rest.push({ from: low, to: high })
  return rest.sort((a, b) => a.from - b.from)
}

/** `ranges` without [from, to]. What else a range carries stays with its rests. */
export const cutRange = <R extends SeqRange>(ranges: ReadonlyArray<R>, from: number, to: number): ReadonlyArray<R> => {
  if (from > to) return ranges
  const rest: Array<R> = []
  for (const range of ranges) {
    if (range.to < from || range.from > to) rest.push(range)
    else {
      if (range.from < from) rest.push({ ...range, to: from - 1 })
      if (range.to > to) rest.push({ ...range, from: to + 1 })
    }
  }
  return rest
}

/** The parts of `ranges` within [from, to]. */
export const partsWithin = <R extends SeqRange>(ranges: ReadonlyArray<R>, from: number, to: number): ReadonlyArray<R> =>
  ranges
    .filter((range) => range.from <= to && range.to >= from)
    .map((range) => ({ ...range, from: Math.max(range.from, from), to: Math.min(range.to, to) }))

export const holdsSeq = (ranges: ReadonlyArray<SeqRange>, seq: number): boolean =>
  ranges.some((range) => range.from <= seq && seq <= range.to)

/** The order of ranges. */
export const byFrom = (a: SeqRange, b: SeqRange): number => a.from - b.from
