/**
 * The rows of one feed by seq, the entries that show them, and which rows changed since they were last stored. Plain;
 * changed in place. A change costs only as much as it touches: only rows that changed get new entries, and the list of
 * entries is copied, not rebuilt.
 */
import type { CommandId, UserId } from "../../domain/Ids.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import type { StaleRange } from "./KeptFeed.ts"
import type { SeqRange } from "./LogCursor.ts"

export type FeedEntry =
  /**
   * `stale`: others may have changed it since it was read. `changing`: it shows a change by this device that is not
   * settled.
   */
  | { readonly _tag: "row"; readonly row: MessageRow; readonly stale: boolean; readonly changing: boolean }
  /** Not loaded. A gap that begins at 1 is the older history; a page with `moreBefore` false ends it. */
  | { readonly _tag: "gap"; readonly from: number; readonly to: number }

/** If more rows than this change at once, the list is rebuilt. */
const patchedMost = 500

export class FeedRows {
  readonly #viewer: UserId
  readonly #rows = new Map<number, MessageRow>()
  /** The seqs of the rows, ascending; undefined when it must be rebuilt. */
  #order: Array<number> | undefined = []
  readonly #own = new Map<CommandId, number>()
  /** Rows that changed since they were last stored. */
  #changed = new Set<number>()
  #shown: { readonly entries: ReadonlyArray<FeedEntry>; readonly gaps: unknown; readonly stale: unknown } | undefined
  /** Rows that changed since `#shown` was made. */
  readonly #unshown = new Set<number>()

  constructor(viewer: UserId) {
    this.#viewer = viewer
  }

  get size(): number {
    return this.#rows.size
  }

  get(seq: number): MessageRow | undefined {
    return this.#rows.get(seq)
  }

  holds(id: CommandId): boolean {
    return this.#own.has(id)
  }

  /** `isKept`: the store holds exactly this row. */
  put(row: MessageRow, isKept = false): void {
    const order = this.#order
    if (!this.#rows.has(row.seq) && order !== undefined) {
      if (row.seq > (order[order.length - 1] ?? 0)) order.push(row.seq)
      else this.#rebuild()
    }
    this.#rows.set(row.seq, row)
    if (row.by === this.#viewer) this.#own.set(row.id, row.seq)
    if (!isKept) this.#changed.add(row.seq)
    this.#unshown.add(row.seq)
    if (this.#unshown.size > patchedMost) this.#forgetShown()
  }

  clear(): void {
    this.#rows.clear()
    this.#own.clear()
    this.#order = []
    this.#changed.clear()
    this.#forgetShown()
  }

  /** Drops all rows below a seq. */
  dropBelow(from: number): void {
    const order = this.#sorted()
    const first = placeOf(order, (seq) => seq < from)
    if (first === 0) return
    for (const seq of order.slice(0, first)) {
      const row = this.#rows.get(seq)
      if (row !== undefined && this.#own.get(row.id) === seq) this.#own.delete(row.id)
      this.#rows.delete(seq)
      this.#changed.delete(seq)
    }
    this.#order = order.slice(first)
    this.#forgetShown()
  }

  /** The seq of the oldest among the newest `count` rows; undefined when there are none. */
  oldestOf(count: number): number | undefined {
    const order = this.#sorted()
    return order[Math.max(0, order.length - count)]
  }

  /** The newest rows, ascending. */
  newest(count: number): ReadonlyArray<MessageRow> {
    return this.#sorted()
      .slice(-count)
      .flatMap((seq) => this.#rows.get(seq) ?? [])
  }

  /** Rows at or above `from` that changed since the last call; `all`: whether they changed or not. */
  takeChanged(from: number, all: boolean): ReadonlyArray<MessageRow> {
    const seqs = all
      ? this.#sorted().slice(placeOf(this.#sorted(), (seq) => seq < from))
      : [...this.#changed].filter((seq) => seq >= from)
    this.#changed.clear()
    return seqs.flatMap((seq) => this.#rows.get(seq) ?? [])
  }

  /**
   * Rows and gaps in order: the same list until it changes, and the same entry until its row changes. Ranges are
   * compared by identity.
   */
  timeline(gaps: ReadonlyArray<SeqRange>, stale: ReadonlyArray<StaleRange>): ReadonlyArray<FeedEntry> {
    const shown = this.#shown
    if (shown?.gaps === gaps && shown.stale === stale && this.#unshown.size === 0) return shown.entries
    const entries =
      (shown?.gaps === gaps && shown.stale === stale && this.#patched(shown.entries, stale)) || this.#built(gaps, stale)
    this.#shown = { entries, gaps, stale }
    this.#unshown.clear()
    return entries
  }

  /**
   * The list with the changed rows replaced or appended; undefined when one of them has no place in it and is not its
   * last.
   */
  #patched(before: ReadonlyArray<FeedEntry>, stale: ReadonlyArray<StaleRange>): ReadonlyArray<FeedEntry> | undefined {
    const entries = before.slice()
    for (const seq of this.#unshown) {
      const row = this.#rows.get(seq)
      if (row === undefined) return undefined
      const last = entries[entries.length - 1]
      if (last === undefined || lastSeq(last) < seq) {
        entries.push(entryOf(row, holdsSeq(stale, seq)))
        continue
      }
      const at = placeOfRow(entries, seq)
      if (at === undefined) return undefined
      entries[at] = entryOf(row, holdsSeq(stale, seq))
    }
    return entries
  }

  #built(gaps: ReadonlyArray<SeqRange>, stale: ReadonlyArray<StaleRange>): ReadonlyArray<FeedEntry> {
    const entries: Array<FeedEntry> = []
    let g = 0
    const gapsBelow = (seq: number) => {
      for (let gap = gaps[g]; gap !== undefined && gap.from <= seq; gap = gaps[++g]) entries.push(gapEntry(gap))
    }
    for (const seq of this.#sorted()) {
      const row = this.#rows.get(seq)
      gapsBelow(seq)
      if (row !== undefined) entries.push(entryOf(row, stale.length > 0 && holdsSeq(stale, seq)))
    }
    gapsBelow(Number.POSITIVE_INFINITY)
    return entries
  }

  #sorted(): Array<number> {
    this.#order ??= [...this.#rows.keys()].sort((a, b) => a - b)
    return this.#order
  }

  #rebuild(): void {
    this.#order = undefined
    this.#forgetShown()
  }

  #forgetShown(): void {
    this.#shown = undefined
    this.#unshown.clear()
  }
}

/** The place of a row in a list of entries; undefined when it is not among them. */
export const placeOfRow = (entries: ReadonlyArray<FeedEntry>, seq: number): number | undefined => {
  const at = placeOf(entries, (entry) => lastSeq(entry) < seq)
  const entry = entries[at]
  return entry?._tag === "row" && entry.row.seq === seq ? at : undefined
}

const lastSeq = (entry: FeedEntry): number => (entry._tag === "row" ? entry.row.seq : entry.to)

/** The number of items that fit; those that fit come before all others. */
const placeOf = <A>(items: ReadonlyArray<A>, fits: (item: A) => boolean): number => {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && fits(item)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Entries are cached by row object, so that a row has the same entry wherever it is shown, first from a stored feed and
 * then from the live one.
 */
const entries = { fresh: new WeakMap<MessageRow, FeedEntry>(), stale: new WeakMap<MessageRow, FeedEntry>() }
const gapEntries = new WeakMap<SeqRange, FeedEntry>()

const entryOf = (row: MessageRow, stale: boolean): FeedEntry => {
  const known = stale ? entries.stale : entries.fresh
  const before = known.get(row)
  if (before !== undefined) return before
  const entry: FeedEntry = { _tag: "row", row, stale, changing: false }
  known.set(row, entry)
  return entry
}

const gapEntry = (gap: SeqRange): FeedEntry => {
  const before = gapEntries.get(gap)
  if (before !== undefined) return before
  const entry: FeedEntry = { _tag: "gap", from: gap.from, to: gap.to }
  gapEntries.set(gap, entry)
  return entry
}

/** A row that is read again usually equals the held one: then its entry stays. */
export const isSameRow = (a: MessageRow, b: MessageRow): boolean =>
  a.rev === b.rev && JSON.stringify(a) === JSON.stringify(b)

/**
 * The ranges of a log up to the cursor that a feed does not hold: its *gaps* (unknown) and its *stale* ranges (right as
 * of an earlier seq). Both ascend and are disjoint, and neither reaches below the seqs hidden from the viewer.
 */
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

  /** Everything up to this seq is hidden from the viewer. */
  get hidden(): number {
    return this.#hidden
  }

  /** Whether the feed holds the part of the range up to the cursor, right as of the cursor. */
  isWhole(from: number, to: number): boolean {
    return (
      from > this.#hidden &&
      partsWithin(this.#gaps, from, to).length === 0 &&
      partsWithin(this.#stale, from, to).length === 0
    )
  }

  /** Starts with everything up to `head` as a gap. */
  begin(head: number): void {
    this.#gaps = addRange([], this.#hidden + 1, head)
  }

  /** The log was replaced by another one. */
  reset(): void {
    this.#stale = []
    this.#hidden = 0
  }

  /** False: already hidden. */
  hide(to: number): boolean {
    if (to <= this.#hidden && !this.#gaps.some((gap) => gap.from <= to)) return false
    this.#hidden = Math.max(this.#hidden, to)
    this.fill(1, to)
    this.freshen(1, to)
    return true
  }

  /**
   * The stream jumps from `before` to `head`: the range between is a gap, and the held rows are right as of `before`
   * only.
   */
  jump(before: number, head: number): void {
    let fresh: ReadonlyArray<StaleRange> =
      before > this.#hidden ? [{ from: this.#hidden + 1, to: before, asOf: before }] : []
    for (const known of [...this.#gaps, ...this.#stale]) fresh = cutRange(fresh, known.from, known.to)
    this.addStale(fresh)
    this.#gaps = addRange(this.#gaps, Math.max(before, this.#hidden) + 1, head)
  }

  /** Rows below `from` are no longer held. */
  letGo(from: number): void {
    const { gaps, stale } = this.above(from)
    this.#gaps = gaps
    this.#stale = stale
  }

  /** The gaps and stale ranges as they would be without the rows below `from`. */
  above(from: number): { readonly gaps: ReadonlyArray<SeqRange>; readonly stale: ReadonlyArray<StaleRange> } {
    return { gaps: addRange(this.#gaps, this.#hidden + 1, from - 1), stale: cutRange(this.#stale, 1, from - 1) }
  }

  /** Removes the range from the gaps. */
  fill(from: number, to: number): void {
    this.#gaps = cutRange(this.#gaps, from, to)
  }

  /** Removes the range from the stale ranges. */
  freshen(from: number, to: number): void {
    this.#stale = cutRange(this.#stale, from, to)
  }

  /** Adds ranges that are in neither list. */
  addStale(ranges: ReadonlyArray<StaleRange>): void {
    this.#stale = [...this.#stale, ...ranges].sort(byFrom)
  }
}

/** `ranges` with [from, to] added; ranges that touch are merged. */
const addRange = (ranges: ReadonlyArray<SeqRange>, from: number, to: number): ReadonlyArray<SeqRange> => {
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

/** `ranges` without [from, to]. The remaining parts of a range keep its other fields. */
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
