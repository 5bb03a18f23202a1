/**
 * One conversation as a device holds it: rows folded from events in order, and what of the log it does not hold. Plain,
 * without clock or I/O; changed in place, with `version` counting the changes.
 *
 * Each seq up to the cursor is in one of three states: *held* (its row is right as of the cursor), *stale* (right as of
 * an earlier seq, since the stream jumped: to be asked about by `changedSince`), or in a *gap* (unknown: to be paged).
 * Nothing above the cursor is shown.
 * Bounds: `feedBounds.rows`; above it the oldest rows are let go and become a gap again.
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
  /** Let go at once when there are more, so that it happens seldom. */ letGo: 1_000,
  /** Change events kept to bring a page up to the cursor. */ changes: 1_000,
  counted: 2_000
} as const

export class Feed {
  version = 0
  /** Counts the times when the log became another one: what was asked before is of no use. */
  resets = 0
  readonly #ranges = new FeedRanges()
  readonly #rows: FeedRows
  /** What a store keeps of this conversation is of no use. */
  #anew = true
  readonly #changes: RecentChanges

  /** `log`: where the stream stands, if another feed of this conversation was told so. */
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

  /** Whether the log's row of this command of the viewer is here, so that its pending row is not shown. */
  holds(id: CommandId): boolean {
    return this.#rows.holds(id)
  }

  /** Whether everything in the range is held and right. */
  isHeld(from: number, to: number): boolean {
    return to <= this.cursor && this.#ranges.isWhole(from, to)
  }

  /**
   * Others' messages in the range that are not deleted as of the cursor, or those whose text counts; undefined when not
   * all of it is held, it is longer than what is worth counting, or a text is not known as of the cursor.
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
   * Known as deleted ahead of the delete, which is still to come: by a page that is newer than the cursor, or by a text
   * that was blanked in the log.
   */
  #isToBeDeleted({ rev, seq }: MessageRow): boolean {
    return rev > this.cursor || rev === seq
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

  /**
   * An own event told by `accepted`. At the next place of the stream, if need be behind a hole, it stands for the
   * event; `event` is undefined when its command is not known any more. At a later place its event is still to come.
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
   * Nothing up to `to` is for the viewer, whatever was before: it joined later, or again, or the log was cut. False:
   * known already.
   */
  hide(to: number): boolean {
    if (!this.#ranges.hide(to)) return false
    this.#rows.dropBelow(to + 1)
    this.version++
    return true
  }

  /** The stream jumps: what lies between is a gap, and what is held may have been changed by it. */
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

  /** The log is another one: nothing of it is held. */
  reset(head: number): void {
    this.#rows.clear()
    this.#ranges.reset()
    this.#anew = true
    this.log.reset(head)
    this.#begin(head)
    this.resets++
    this.version++
  }

  /** Takes a page in. Rows above the cursor are left to the stream. */
  page(page: HistoryPage, place: PagePlace): void {
    this.placeAt(page.asOf)
    const covered = coveredBy(page, place)
    // Asked for before it was told that these are not for the viewer.
    const from = Math.max(covered.from, this.#ranges.hidden + 1)
    const to = Math.min(covered.to, this.cursor)
    if (from > to) return
    if (page.asOf >= this.#changes.floor) {
      for (const row of page.rows)
        if (row.seq >= from && row.seq <= to) this.#take(row, page.asOf, holdsSeq(this.stale, row.seq))
      this.#ranges.freshen(from, to)
    } else {
      // Too old to be brought up to the cursor: better than nothing where nothing is held, and to be asked about.
      const parts = partsWithin(this.gaps, from, to)
      for (const row of page.rows) if (holdsSeq(parts, row.seq)) this.#take(row, page.asOf, true)
      this.#ranges.addStale(parts.map((part) => ({ ...part, asOf: page.asOf })))
    }
    this.#ranges.fill(from, to)
    this.version++
  }

  /**
   * Takes in what changed in rows `from` to `to` since `since`: their stale parts that were right as of `since` are so
   * as of the answer.
   * Those that are right as of a later seq than the answer gain nothing by it. An answer that was cut tells of nothing
   * above its last row.
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

  /** Lets the oldest rows go until at most `keep` are left. */
  trim(keep: number): void {
    if (this.#rows.size <= keep) return
    const from = keep === 0 ? this.cursor + 1 : (this.#rows.oldestOf(keep) ?? 1)
    this.#rows.dropBelow(from)
    this.#ranges.letGo(from)
    this.version++
  }

  /**
   * Takes in what a store kept, where nothing is known yet: right as of its cursor, brought up to this one by the
   * changes since, or else stale.
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
   * How what a store keeps becomes right as of the cursor. Told once: a change that could not be kept is told as lost
   * by `keepAnew`.
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

  /** What the store has is not known. */
  keepAnew(): void {
    this.#anew = true
  }

  /** Rows and gaps in order: the same list while nothing of it changed, and the same entry while its row did not. */
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
   * Brings a row that is right as of `asOf` up to the cursor and keeps it; one that is held already only gives way to a
   * newer. Of an unknown kind its place is held, and no more.
   */
  #take(row: AnyRow, asOf: number, always: boolean): void {
    if (!isKnownRow(row)) return
    const now = this.#changes.bringUp(row, asOf)
    const held = this.#rows.get(row.seq)
    if (held === undefined || (always ? !isSameRow(held, now) : held.rev < now.rev)) this.#rows.put(now)
  }
}

/**
 * What a page was asked for, in seqs that are not part of it; with neither it was asked for by the newest rows, or
 * around one.
 */
export interface PagePlace {
  readonly before?: number
  readonly after?: number
}

/** Empty (`from` above `to`) when it tells of nothing. */
const coveredBy = ({ asOf, moreAfter, moreBefore, rows }: HistoryPage, { after, before }: PagePlace): SeqRange => {
  const first = rows[0]
  const last = rows[rows.length - 1]
  return {
    from: after !== undefined ? after + 1 : moreBefore ? (first?.seq ?? Number.POSITIVE_INFINITY) : 1,
    to: before !== undefined ? before - 1 : moreAfter ? (last?.seq ?? 0) : asOf
  }
}

/**
 * What an open feed asks for to be whole where the user looks: its newest rows, then what may have changed under it.
 * Plain.
 */
export type Repair =
  | { readonly _tag: "latest" }
  | { readonly _tag: "changed"; readonly asOf: number; readonly from: number; readonly to: number }

/** The next thing to ask for. Gaps in the middle are left to the user, who sees and opens them. */
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
 * The newest change events of one log, by which rows that are right as of an earlier seq are brought up to the log's
 * cursor. Bound: `most` given; the oldest go.
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

  /** All changes above it are here: rows that are right as of it, or of a later seq, can be brought up. */
  get floor(): number {
    return this.#floor
  }

  /** Nothing is known of what happened up to here. */
  beginAt(seq: number): void {
    this.#events = []
    this.#floor = seq
  }

  add(event: ChangeEvent): void {
    this.#events.push(event)
    if (this.#events.length > this.#most) this.#floor = this.#events.shift()?.seq ?? this.#floor
  }

  /** The same row when nothing changed it since. */
  bringUp(row: MessageRow, asOf: number): MessageRow {
    const newest = this.#events[this.#events.length - 1]
    if (newest === undefined || newest.seq <= asOf) return row
    let now = row
    for (const event of this.#events) if (event.seq > asOf) now = applyChange(now, event, this.#viewer)
    return now
  }
}
