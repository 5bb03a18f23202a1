/**
 * One conversation as a device holds it: rows folded from events in order, and the ranges of the log that it does not
 * hold. Plain, without clock or I/O; changed in place, with `version` counting the changes.
 *
 * Each seq up to the cursor is in one of three states: *held* (its row is right as of the cursor), *stale* (right as of
 * an earlier seq, since the stream jumped: `changedSince` must check it), or in a *gap* (unknown: must be paged).
 * Nothing above the cursor is shown.
 * Bounds: `feedBounds.rows`; above it the oldest rows are dropped and become a gap again.
 */
import type { HistoryPage } from "../../domain/Conversation.ts"
import type { LogEvent } from "../../domain/Event.ts"
import type { CommandId, ConversationId, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import type { AnyRow, MessageRow } from "../../domain/MessageRow.ts"
import { changeKinds, isKnownRow } from "../../domain/RowKinds.ts"
import { applyChange, rowOf } from "../../domain/RowRules.ts"
import { byFrom, cutRange, type FeedEntry, FeedRanges, FeedRows, holdsSeq, isSameRow, partsWithin } from "./FeedRows.ts"
import { type FeedChange, type KeptFeed, keptRowsMax, type StaleRange } from "./KeptFeed.ts"
import { LogCursor, type SeqRange } from "./LogCursor.ts"

export const feedBounds = {
  rows: 20_000,
  /** The number of rows dropped at once above the bound, so that it happens rarely. */ letGo: 1_000,
  /** Change events stored to bring a page up to the cursor. */ changes: 1_000,
  counted: 2_000
} as const

export class Feed {
  version = 0
  /** Counts how often the log was replaced: answers to requests from before are of no use. */
  resets = 0
  readonly #ranges = new FeedRanges()
  readonly #rows: FeedRows
  /** The stored rows of this conversation are no longer valid. */
  #anew = true
  readonly #changes: RecentChanges

  /** `log`: the place of the stream, if an earlier feed of this conversation already received it. */
  constructor(
    readonly conversationId: ConversationId,
    readonly viewer: UserId,
    readonly log = new LogCursor()
  ) {
    this.#rows = new FeedRows(viewer)
    this.#changes = new RecentChanges(viewer, feedBounds.changes)
    if (log.at !== undefined) this.#begin(log.at)
  }

  get cursor(): number {
    return this.log.at ?? 0
  }

  get gaps(): ReadonlyArray<SeqRange> {
    return this.#ranges.gaps
  }

  get stale(): ReadonlyArray<StaleRange> {
    return this.#ranges.stale
  }

  get size(): number {
    return this.#rows.size
  }

  /** A row that is right as of the cursor, or stale; undefined when it is not loaded. */
  row(seq: number): MessageRow | undefined {
    return this.#rows.get(seq)
  }

  /** Whether the log's row for this command of the viewer is here, so that the view leaves out the pending row. */
  holds(id: CommandId): boolean {
    return this.#rows.holds(id)
  }

  /** Whether the feed holds the whole range, right as of the cursor. */
  isHeld(from: number, to: number): boolean {
    return to <= this.cursor && this.#ranges.isWhole(from, to)
  }

  /**
   * Counts others' messages in the range that are not deleted as of the cursor, or only those whose text counts.
   * Returns undefined if the feed does not hold the whole range, if the range is too long to be worth counting, or if a
   * text is not known as of the cursor.
   */
  countOthers(from: number, to: number, counts?: (text: string) => boolean): number | undefined {
    if (!this.isHeld(from, to) || to - from > feedBounds.counted) return undefined
    let count = 0
    for (let seq = from; seq <= to; seq++) {
      const row = this.#rows.get(seq)
      if (row?.kind !== "posted" || row.by === this.viewer || (row.deleted && !this.#isToBeDeleted(row))) continue
      if (counts !== undefined && (row.deleted || row.rev > this.cursor)) return undefined
      if (counts === undefined || counts(row.text ?? "")) count++
    }
    return count
  }

  /**
   * Whether the row is deleted ahead of the delete event, which is still to come: a page newer than the cursor showed
   * it, or the log has blanked the text.
   */
  #isToBeDeleted({ rev, seq }: MessageRow): boolean {
    return rev > this.cursor || rev === seq
  }

  /** Starts at `head` with no rows, if the feed has no place yet. */
  placeAt(head: number): void {
    if (this.log.placeAt(head)) this.#begin(head)
  }

  /** Returns the events that were new, in order. */
  events(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    const first = events[0]
    if (first !== undefined) this.placeAt(first.seq - 1)
    return this.#applyAll(this.log.take(events))
  }

  /**
   * Takes an own event that `accepted` reported. At the next place of the stream, even behind a hole, it replaces the
   * event; `event` is undefined when its command is no longer known. At a later place the stream still has to bring the
   * event.
   */
  accepted(seq: number, event: LogEvent | undefined): ReadonlyArray<LogEvent> {
    if (seq <= this.cursor || seq !== this.log.next) return []
    if (event !== undefined) return this.#applyAll(this.log.takeAside(event))
    this.log.missAside(seq)
    return []
  }

  withheld(from: number, to: number): ReadonlyArray<LogEvent> {
    this.placeAt(from - 1)
    const through = this.#applyAll(this.log.withhold(from, to))
    this.hide(to)
    return through
  }

  /**
   * Hides everything up to `to` from the viewer, even rows that were visible before: they joined later, or again, or
   * the log was cut. False: already hidden.
   */
  hide(to: number): boolean {
    if (!this.#ranges.hide(to)) return false
    this.#rows.dropBelow(to + 1)
    this.version++
    return true
  }

  /** The stream jumps to `head`. The range between becomes a gap, and events in it may have changed the held rows. */
  behind(head: number): ReadonlyArray<LogEvent> {
    const before = this.log.at
    if (before === undefined) {
      this.placeAt(head)
      return []
    }
    if (head <= before) return []
    this.#ranges.jump(before, head)
    this.#changes.beginAt(head)
    this.version++
    return this.#applyAll(this.log.jump(head))
  }

  /** The log was replaced by another one: drops all its rows. */
  reset(head: number): void {
    this.#rows.clear()
    this.#ranges.reset()
    this.#anew = true
    this.log.reset(head)
    this.#begin(head)
    this.resets++
    this.version++
  }

  /** Adds the rows of a page. Rows above the cursor come with the stream. */
  page(page: HistoryPage, place: PagePlace): void {
    this.placeAt(page.asOf)
    const covered = coveredBy(page, place)
    // The page was requested before the server reported these seqs as hidden.
    const from = Math.max(covered.from, this.#ranges.hidden + 1)
    const to = Math.min(covered.to, this.cursor)
    if (from > to) return
    if (page.asOf >= this.#changes.floor) {
      for (const row of page.rows)
        if (row.seq >= from && row.seq <= to) this.#take(row, page.asOf, holdsSeq(this.stale, row.seq))
      this.#ranges.freshen(from, to)
    } else {
      // Too old to be brought up to the cursor. Use it only in gaps, and mark it as stale.
      const parts = partsWithin(this.gaps, from, to)
      for (const row of page.rows) if (holdsSeq(parts, row.seq)) this.#take(row, page.asOf, true)
      this.#ranges.addStale(parts.map((part) => ({ ...part, asOf: page.asOf })))
    }
    this.#ranges.fill(from, to)
    this.version++
  }

  /**
   * Applies the changes in rows `from` to `to` since `since`: their stale parts that were right as of `since` become
   * right as of the answer. Parts that are right as of a later seq than the answer gain nothing from it. An answer that
   * was cut says nothing about rows above its last one.
   */
  changed(answer: HistoryPage, since: number, from: number, to: number): void {
    const told = answer.moreAfter ? (answer.rows.at(-1)?.seq ?? 0) : to
    const parts = partsWithin(this.stale, from, told).filter((part) => part.asOf >= since && part.asOf < answer.asOf)
    for (const row of answer.rows) {
      if (holdsSeq(parts, row.seq)) this.#take(row, answer.asOf, true)
      else if (this.isHeld(row.seq, row.seq) && answer.asOf >= this.#changes.floor) this.#take(row, answer.asOf, false)
    }
    for (const part of parts) this.#ranges.freshen(part.from, part.to)
    if (answer.asOf < this.#changes.floor) this.#ranges.addStale(parts.map((part) => ({ ...part, asOf: answer.asOf })))
    this.version++
  }

  /** Drops the oldest rows until at most `keep` are left. */
  trim(keep: number): void {
    if (this.#rows.size <= keep) return
    const from = keep === 0 ? this.cursor + 1 : (this.#rows.oldestOf(keep) ?? 1)
    this.#rows.dropBelow(from)
    this.#ranges.letGo(from)
    this.version++
  }

  /**
   * Adds the stored rows where nothing is known yet: right as of their cursor, brought up to this one by the changes
   * since, or else stale.
   */
  restore(kept: KeptFeed): void {
    this.#anew = false
    let parts = partsWithin(this.gaps, 1, Math.min(kept.cursor, this.cursor))
    for (const gap of kept.gaps) parts = cutRange(parts, gap.from, gap.to)
    let rest =
      kept.cursor < this.#changes.floor ? parts.map((part): StaleRange => ({ ...part, asOf: kept.cursor })) : []
    for (const range of kept.stale) rest = [...cutRange(rest, range.from, range.to)]
    const stale = [...rest, ...parts.flatMap((part) => partsWithin(kept.stale, part.from, part.to))].sort(byFrom)
    for (const row of kept.rows) {
      if (!isKnownRow(row) || !holdsSeq(parts, row.seq)) continue
      const now = this.#changes.bringUp(row, stale.find((range) => holdsSeq([range], row.seq))?.asOf ?? kept.cursor)
      this.#rows.put(now, now === row)
    }
    this.#ranges.addStale(stale)
    for (const part of parts) this.#ranges.fill(part.from, part.to)
    this.version++
  }

  /**
   * Returns the change that makes the stored feed right as of the cursor. Each change is returned once; call `keepAnew`
   * if the store did not take it.
   */
  takeChange(): FeedChange {
    const anew = this.#anew
    this.#anew = false
    const from = this.#rows.oldestOf(keptRowsMax) ?? this.cursor + 1
    const { gaps, stale } = this.#rows.size > keptRowsMax ? this.#ranges.above(from) : this.#ranges
    return {
      conversationId: this.conversationId,
      cursor: this.cursor,
      gaps,
      stale,
      anew,
      from,
      put: this.#rows.takeChanged(from, anew)
    }
  }

  /** The content of the store is unknown, so the next change replaces it whole. */
  keepAnew(): void {
    this.#anew = true
  }

  /** Rows and gaps in order: the same list until it changes, and the same entry until its row changes. */
  timeline(): ReadonlyArray<FeedEntry> {
    return this.#rows.timeline(this.gaps, this.stale)
  }

  /** The newest loaded rows, ascending. */
  newest(count: number): ReadonlyArray<MessageRow> {
    return this.#rows.newest(count)
  }

  #begin(head: number): void {
    this.#ranges.begin(head)
    this.#changes.beginAt(head)
  }

  #applyAll(events: ReadonlyArray<LogEvent>): ReadonlyArray<LogEvent> {
    for (const event of events) this.#apply(event)
    if (events.length > 0) {
      this.version++
      if (this.#rows.size > feedBounds.rows) this.trim(feedBounds.rows - feedBounds.letGo)
    }
    return events
  }

  #apply(event: LogEvent): void {
    const row = rowOf(event)
    if (row !== undefined && isKnownRow(row)) this.#rows.put(row)
    if (!isChange(event)) return
    this.#changes.add(event)
    const target = this.#rows.get(event.target)
    const changed = target === undefined ? undefined : applyChange(target, event, this.viewer)
    if (changed !== undefined && changed !== target) this.#rows.put(changed)
  }

  /**
   * Brings a row that is right as of `asOf` up to the cursor and holds it; a row that is already held gives way only to
   * a newer one. Of a row of unknown kind the feed holds only the place.
   */
  #take(row: AnyRow, asOf: number, always: boolean): void {
    if (!isKnownRow(row)) return
    const now = this.#changes.bringUp(row, asOf)
    const held = this.#rows.get(row.seq)
    if (held === undefined || (always ? !isSameRow(held, now) : held.rev < now.rev)) this.#rows.put(now)
  }
}

/**
 * The seqs next to a requested page; they are not part of it. If neither is given, the request was for the newest rows,
 * or for the rows around one.
 */
export interface PagePlace {
  readonly before?: number
  readonly after?: number
}

/** The range that a page covers; empty (`from` above `to`) when it covers nothing. */
const coveredBy = ({ asOf, moreAfter, moreBefore, rows }: HistoryPage, { after, before }: PagePlace): SeqRange => {
  const first = rows[0]
  const last = rows[rows.length - 1]
  return {
    from: after !== undefined ? after + 1 : moreBefore ? (first?.seq ?? Number.POSITIVE_INFINITY) : 1,
    to: before !== undefined ? before - 1 : moreAfter ? (last?.seq ?? 0) : asOf
  }
}

/**
 * The requests of an open feed that make it complete where the user looks: its newest rows, then the rows that may have
 * changed meanwhile. Plain.
 */
export type Repair =
  | { readonly _tag: "latest" }
  | { readonly _tag: "changed"; readonly asOf: number; readonly from: number; readonly to: number }

/** The next request. Gaps in the middle are left to the user, who sees and opens them. */
export const nextRepair = (feed: Feed): Repair | undefined => {
  const last = feed.gaps[feed.gaps.length - 1]
  if (last !== undefined && last.to >= feed.cursor) return { _tag: "latest" }
  if (feed.log.at === undefined) return { _tag: "latest" }
  const stale = feed.stale[feed.stale.length - 1]
  if (stale === undefined) return undefined
  return {
    _tag: "changed",
    asOf: stale.asOf,
    from: Math.max(stale.from, stale.to - Limits.changedWindow + 1),
    to: stale.to
  }
}

type ChangeEvent = Extract<LogEvent, { readonly kind: (typeof changeKinds)[number] }>

/** Kinds of later versions may have a target too, and are not folded. */
export const isChange = (event: LogEvent): event is ChangeEvent =>
  (changeKinds as ReadonlyArray<string>).includes(event.kind)

/**
 * The newest change events of one log. They bring rows that are right as of an earlier seq up to the log's cursor.
 * Bound: the given `most`; the oldest are dropped.
 */
class RecentChanges {
  readonly #viewer: UserId
  readonly #most: number
  #events: Array<ChangeEvent> = []
  #floor = 0

  constructor(viewer: UserId, most: number) {
    this.#viewer = viewer
    this.#most = most
  }

  /**
   * All changes above this seq are here: rows that are right as of it, or of a later seq, can be brought up to the
   * cursor.
   */
  get floor(): number {
    return this.#floor
  }

  /** Starts at `seq`: the changes up to it are not known. */
  beginAt(seq: number): void {
    this.#events = []
    this.#floor = seq
  }

  add(event: ChangeEvent): void {
    this.#events.push(event)
    if (this.#events.length > this.#most) this.#floor = this.#events.shift()?.seq ?? this.#floor
  }

  /** Returns the same row if nothing has changed it since. */
  bringUp(row: MessageRow, asOf: number): MessageRow {
    const newest = this.#events[this.#events.length - 1]
    if (newest === undefined || newest.seq <= asOf) return row
    let now = row
    for (const event of this.#events) if (event.seq > asOf) now = applyChange(now, event, this.#viewer)
    return now
  }
}
