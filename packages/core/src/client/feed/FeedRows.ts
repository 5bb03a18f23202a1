/**
 * The rows of one feed by seq, the entries that are shown of them, and which of them changed since a store last kept
 * them. Plain; changed in place.
 * A change costs what it touches: entries are made anew only for rows that changed, and the list of them is copied, not
 * rebuilt.
 */
import type { CommandId, UserId } from "../../domain/Ids.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import type { StaleRange } from "./KeptFeed.ts"
import type { SeqRange } from "./LogCursor.ts"
import { holdsSeq } from "./SeqRanges.ts"

export type FeedEntry =
  /**
   * `stale`: others may have changed it since it was read. `changing`: it shows a change of this device's that is not
   * settled.
   */
  | { readonly _tag: "row"; readonly row: MessageRow; readonly stale: boolean; readonly changing: boolean }
  /** Not loaded. One that begins at 1 is the older history; `moreBefore` false of a page ends it. */
  | { readonly _tag: "gap"; readonly from: number; readonly to: number }

/** With more rows than this changed at once the list is rebuilt. */
const patchedMost = 500

export class FeedRows {
  readonly #viewer: UserId
  readonly #rows = new Map<number, MessageRow>()
  /** The seqs of the rows, ascending; undefined when it has to be made anew. */
  #order: Array<number> | undefined = []
  readonly #own = new Map<CommandId, number>()
  /** Since a store last kept them. */
  #changed = new Set<number>()
  #shown: { readonly entries: ReadonlyArray<FeedEntry>; readonly gaps: unknown; readonly stale: unknown } | undefined
  /** Since `#shown` was made. */
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

  /** `isKept`: the store has it as it is. */
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

  /** Lets all rows below a seq go. */
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
   * Rows and gaps in order: the same list while nothing of it changed, and the same entry while its row did not. The
   * ranges are told apart by identity.
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

  /** The list with the rows that changed; undefined when one of them has no place in it and is not its last. */
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

/** Where a row stands in a list of entries; undefined when it is not among them. */
export const placeOfRow = (entries: ReadonlyArray<FeedEntry>, seq: number): number | undefined => {
  const at = placeOf(entries, (entry) => lastSeq(entry) < seq)
  const entry = entries[at]
  return entry?._tag === "row" && entry.row.seq === seq ? at : undefined
}

const lastSeq = (entry: FeedEntry): number => (entry._tag === "row" ? entry.row.seq : entry.to)

/** How many of the first items fit; those that fit stand before all others. */
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
 * Entries go with the row objects, so that a row is shown by the same entry wherever it is shown, from a kept feed
 * first and from the live one then.
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

/** A row read again is mostly the one that is held: then its entry stays. */
export const isSameRow = (a: MessageRow, b: MessageRow): boolean =>
  a.rev === b.rev && JSON.stringify(a) === JSON.stringify(b)
