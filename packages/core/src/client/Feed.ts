/**
 * One conversation as a device holds it: rows folded from events in order, and what of the log it does not hold. Plain, without clock or I/O;
 * changed in place, with `version` counting the changes.
 *
 * Each seq up to the cursor is in one of three states: *held* (its row is right as of the cursor), *stale* (right as of an earlier seq, since
 * the stream jumped: to be asked about by `changedSince`), or in a *gap* (unknown: to be paged). Nothing above the cursor is shown.
 * Bounds: `feedBounds.rows`; above it the oldest rows are let go and become a gap again.
 */
import type { HistoryPage } from "../domain/Conversation.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, UserId } from "../domain/Ids.ts"
import type { MessageRow } from "../domain/MessageRow.ts"
import { applyChange, rowOf } from "../domain/RowRules.ts"
import { LogCursor, type SeqRange } from "./LogCursor.ts"
import { addRange, cutRange, holdsSeq, partsWithin } from "./SeqRanges.ts"

export const feedBounds = {
  rows: 20_000,
  /** Change events kept to bring a page up to the cursor. */ changes: 1_000,
  counted: 2_000
} as const

export interface StaleRange extends SeqRange {
  readonly asOf: number
}

/** What a page was asked for, which tells with its rows what it covers. */
export interface PagePlace {
  readonly before?: number
  readonly after?: number
}

export type FeedEntry =
  | { readonly _tag: "row"; readonly row: MessageRow; readonly stale: boolean }
  /** Not loaded. One that begins at 1 is the older history; `moreBefore` false of a page ends it. */
  | { readonly _tag: "gap"; readonly from: number; readonly to: number }

export class Feed {
  readonly log = new LogCursor()
  version = 0
  /** Counts the times when the log became another one: what was asked before is of no use. */
  resets = 0
  #gaps: ReadonlyArray<SeqRange> = []
  #stale: ReadonlyArray<StaleRange> = []
  readonly #rows = new Map<number, MessageRow>()
  /** The seqs of the rows, ascending; undefined when it has to be made anew. */
  #order: Array<number> | undefined = []
  readonly #own = new Map<CommandId, number>()
  #changes: Array<LogEvent> = []
  /** All change events above it are in `#changes`. */
  #floor = 0

  constructor(
    readonly conversationId: ConversationId,
    readonly viewer: UserId
  ) {}

  get cursor(): number {
    return this.log.at ?? 0
  }

  get gaps(): ReadonlyArray<SeqRange> {
    return this.#gaps
  }

  get stale(): ReadonlyArray<StaleRange> {
    return this.#stale
  }

  get size(): number {
    return this.#rows.size
  }

  /** A row that is right as of the cursor, or stale; undefined when it is not loaded. */
  row(seq: number): MessageRow | undefined {
    return this.#rows.get(seq)
  }

  /** Whether the log's row of this command of the viewer is here, so that its pending row is not shown. */
  holds(id: CommandId): boolean {
    return this.#own.has(id)
  }

  /** Whether everything in the range is held and right. */
  isHeld(from: number, to: number): boolean {
    return to <= this.cursor && partsWithin(this.#gaps, from, to).length === 0 && partsWithin(this.#stale, from, to).length === 0
  }

  /** Others' undeleted messages in the range, or undefined when not all of it is held or it is longer than what is worth counting. */
  countOthers(from: number, to: number): number | undefined {
    if (!this.isHeld(from, to) || to - from > feedBounds.counted) return undefined
    let count = 0
    for (let seq = from; seq <= to; seq++) {
      const row = this.#rows.get(seq)
      if (row?.kind === "posted" && row.deleted === undefined && row.by !== this.viewer) count++
    }
    return count
  }

  /** Starts at `head` with nothing loaded, if it has no place yet. */
  placeAt(head: number): void {
    if (this.log.placeAt(head)) this.#begin(head)
  }

  /** The events that were new, in order. */
  events(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    const first = events[0]
    if (first !== undefined) this.placeAt(first.seq - 1)
    return this.#applyAll(this.log.take(events))
  }

  /** An own event told by `accepted`. In place it stands for the event; `event` is undefined when its command is not known any more. */
  accepted(seq: number, event: LogEvent | undefined): ReadonlyArray<LogEvent> {
    if (this.log.at === undefined || seq !== this.log.at + 1) return []
    if (event !== undefined) return this.#applyAll(this.log.takeAside(event))
    this.log.missAside(seq)
    return []
  }

  withheld(from: number, to: number): ReadonlyArray<LogEvent> {
    this.placeAt(from - 1)
    return this.#applyAll(this.log.withhold(from, to))
  }

  /** The stream jumps: what lies between is a gap, and what is held may have been changed by it. */
  behind(head: number): ReadonlyArray<LogEvent> {
    const before = this.log.at
    if (before === undefined) {
      this.placeAt(head)
      return []
    }
    if (head <= before) return []
    this.#staleAll(before)
    this.#gaps = addRange(this.#gaps, before + 1, head)
    this.#changes = []
    this.#floor = head
    this.version++
    return this.#applyAll(this.log.jump(head))
  }

  /** The log is another one: nothing of it is held. */
  reset(head: number): void {
    this.#rows.clear()
    this.#own.clear()
    this.#order = []
    this.#stale = []
    this.log.reset(head)
    this.#begin(head)
    this.resets++
    this.version++
  }

  /** Takes a page in. Rows above the cursor are left to the stream. */
  page(page: HistoryPage, place: PagePlace): void {
    this.placeAt(page.asOf)
    const first = page.rows[0]
    const last = page.rows[page.rows.length - 1]
    const from = place.after !== undefined ? place.after + 1 : page.moreBefore ? (first?.seq ?? Number.POSITIVE_INFINITY) : 1
    const end = place.before !== undefined ? place.before - 1 : page.moreAfter ? (last?.seq ?? 0) : page.asOf
    const to = Math.min(end, this.cursor)
    if (from > to) return
    if (page.asOf >= this.#floor) {
      for (const row of page.rows) if (row.seq <= to) this.#take(row, page.asOf, holdsSeq(this.#stale, row.seq))
      this.#stale = cutRange(this.#stale, from, to)
    } else {
      // Too old to be brought up to the cursor: better than nothing where nothing is held, and to be asked about.
      const parts = partsWithin(this.#gaps, from, to)
      for (const row of page.rows) if (holdsSeq(parts, row.seq)) this.#take(row, page.asOf, true)
      this.#stale = [...this.#stale, ...parts.map((part) => ({ ...part, asOf: page.asOf }))].sort((a, b) => a.from - b.from)
    }
    this.#gaps = cutRange(this.#gaps, from, to)
    this.version++
  }

  /** Takes in what changed in rows `from` to `to` since `since`: their stale parts that were right as of `since` are so as of the answer. */
  changed(answer: HistoryPage, since: number, from: number, to: number): void {
    const parts = partsWithin(this.#stale, from, to).filter((part) => part.asOf >= since)
    for (const row of answer.rows) {
      if (holdsSeq(parts, row.seq)) this.#take(row, answer.asOf, true)
      else if (this.isHeld(row.seq, row.seq) && answer.asOf >= this.#floor) this.#take(row, answer.asOf, false)
    }
    for (const part of parts) this.#stale = cutRange(this.#stale, part.from, part.to)
    if (answer.asOf < this.#floor) {
      const left = parts.map((part) => ({ ...part, asOf: Math.max(part.asOf, answer.asOf) }))
      this.#stale = [...this.#stale, ...left].sort((a, b) => a.from - b.from)
    }
    this.version++
  }

  /** Lets the oldest rows go until at most `keep` are left. */
  trim(keep: number): void {
    const order = this.#sorted()
    const cut = order[order.length - keep - 1]
    if (order.length <= keep || cut === undefined) return
    for (const seq of order.slice(0, order.length - keep)) this.#forget(seq)
    this.#order = order.slice(order.length - keep)
    this.#stale = cutRange(this.#stale, 1, cut)
    this.#gaps = addRange(this.#gaps, 1, cut)
    this.version++
  }

  /** Rows and gaps in order. */
  timeline(): ReadonlyArray<FeedEntry> {
    const entries: Array<FeedEntry> = []
    let g = 0
    const gapsBelow = (seq: number) => {
      for (let gap = this.#gaps[g]; gap !== undefined && gap.from <= seq; gap = this.#gaps[++g]) entries.push({ _tag: "gap", ...gap })
    }
    for (const seq of this.#sorted()) {
      const row = this.#rows.get(seq)
      gapsBelow(seq)
      if (row !== undefined) entries.push({ _tag: "row", row, stale: this.#stale.length > 0 && holdsSeq(this.#stale, seq) })
    }
    gapsBelow(Number.POSITIVE_INFINITY)
    return entries
  }

  /** The newest loaded rows, ascending. */
  newest(count: number): ReadonlyArray<MessageRow> {
    return this.#sorted()
      .slice(-count)
      .flatMap((seq) => this.#rows.get(seq) ?? [])
  }

  #begin(head: number): void {
    this.#gaps = addRange([], 1, head)
    this.#changes = []
    this.#floor = head
  }

  #staleAll(asOf: number): void {
    let fresh: ReadonlyArray<StaleRange> = asOf > 0 ? [{ from: 1, to: asOf, asOf }] : []
    for (const known of [...this.#gaps, ...this.#stale]) fresh = cutRange(fresh, known.from, known.to)
    this.#stale = [...this.#stale, ...fresh].sort((a, b) => a.from - b.from)
  }

  #applyAll(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    for (const event of events) this.#apply(event)
    if (events.length > 0) {
      this.version++
      if (this.#rows.size > feedBounds.rows) this.trim(feedBounds.rows)
    }
    return events
  }

  #apply(event: LogEvent): void {
    const row = rowOf(event)
    if (row !== undefined) return this.#put(row)
    if (!isChange(event)) return
    this.#changes.push(event)
    if (this.#changes.length > feedBounds.changes) this.#floor = this.#changes.shift()?.seq ?? this.#floor
    const target = this.#rows.get(event.target)
    if (target !== undefined) this.#rows.set(event.target, applyChange(target, event, this.viewer))
  }

  /** Brings a row that is right as of `asOf` up to the cursor and keeps it; one that is held already only gives way to a newer. */
  #take(row: MessageRow, asOf: number, always: boolean): void {
    let now = row
    if (asOf < this.cursor) for (const event of this.#changes) if (event.seq > asOf) now = applyChange(now, event, this.viewer)
    const held = this.#rows.get(row.seq)
    if (always || held === undefined || held.rev < now.rev) this.#put(now)
  }

  #put(row: MessageRow): void {
    const order = this.#order
    if (!this.#rows.has(row.seq) && order !== undefined) {
      if (row.seq > (order[order.length - 1] ?? 0)) order.push(row.seq)
      else this.#order = undefined
    }
    this.#rows.set(row.seq, row)
    if (row.by === this.viewer) this.#own.set(row.id, row.seq)
  }

  #forget(seq: number): void {
    const row = this.#rows.get(seq)
    if (row !== undefined) this.#own.delete(row.id)
    this.#rows.delete(seq)
  }

  #sorted(): Array<number> {
    this.#order ??= [...this.#rows.keys()].sort((a, b) => a - b)
    return this.#order
  }
}

type Change = Extract<LogEvent, { readonly kind: "edited" | "deleted" | "reacted" | "unreacted" }>

/** Kinds of later versions may have a target too, and are not folded. */
const isChange = (event: LogEvent): event is Change =>
  event.kind === "edited" || event.kind === "deleted" || event.kind === "reacted" || event.kind === "unreacted"
