/**
 * A conversation's view as the items of its timeline: rows with day lines, gaps and the divider of what was unread when
 * it was opened.
 * Plain. Items stay the same objects while nothing of theirs changes, so that only what changed is drawn anew.
 */
import type { FeedView, PendingPost, ShownEntry } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"

export type TimelineItem =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string }
  /** `older`: everything below the oldest loaded row. */
  | { readonly kind: "gap"; readonly key: string; readonly from: number; readonly to: number; readonly older: boolean }
  | PostItem
  | { readonly kind: "system"; readonly key: string; readonly row: MessageRow }
  /** An edit, delete or reaction that was refused. */
  | { readonly kind: "failed"; readonly key: string; readonly change: OutboxRow }

/** A message, stored or still on its way: under one key, so that the one becomes the other in place. */
export interface PostItem {
  readonly kind: "post"
  readonly key: string
  readonly by: UserId
  readonly at: number
  /** Under the name of the item before it. */
  readonly grouped: boolean
  readonly row?: MessageRow
  readonly changing?: boolean
  readonly pending?: PendingPost
}

export interface TimelineOptions {
  readonly me: UserId
  /**
   * Others' messages above it were unread when the conversation was opened; undefined: none were. Does not move while
   * it is open.
   */
  readonly unreadAfter: number | undefined
}

/** Posts of one author closer than this stand under one name. */
export const groupMs = 5 * 60_000

/**
 * Items with what they were made of, from which the next ones are made sooner: most updates leave nearly all entries as
 * they are.
 */
export interface BuiltTimeline {
  readonly items: ReadonlyArray<TimelineItem>
  readonly options: TimelineOptions
  readonly entries: ReadonlyArray<ShownEntry>
  /** How many items there were after each entry. */
  readonly ends: ReadonlyArray<number>
}

/** Keys are unique: a row's and a pending post's is the id of its command. */
export const timelineItems = (view: FeedView, options: TimelineOptions, before?: BuiltTimeline): BuiltTimeline => {
  const kept = before === undefined ? 0 : sameEntries(before, view.entries, options)
  const ends = before?.ends.slice(0, kept) ?? []
  const building = new Building(options, before?.items ?? [], ends.at(-1) ?? 0)
  for (let i = kept; i < view.entries.length; i++) {
    const entry = view.entries[i]
    if (entry !== undefined) building.entry(entry)
    ends.push(building.items.length)
  }
  for (const pending of view.pending) building.pending(pending)
  for (const change of view.failed) building.push({ kind: "failed", key: `failed:${change.id}`, change })
  return { items: building.items, options, entries: view.entries, ends }
}

/** How many entries at the start are as they were. */
const sameEntries = (
  before: BuiltTimeline,
  entries: ReadonlyArray<ShownEntry>,
  { me, unreadAfter }: TimelineOptions
): number => {
  if (before.options.me !== me || before.options.unreadAfter !== unreadAfter) return 0
  let same = 0
  for (
    let now = entries[0], was = before.entries[0];
    now !== undefined && was !== undefined;
    now = entries[same], was = before.entries[same]
  ) {
    if (
      now._tag === "row"
        ? was._tag !== "row" || now.row !== was.row || now.changing !== was.changing
        : !isSameGap(now, was)
    )
      break
    same++
  }
  return same
}

const isSameGap = (now: ShownEntry & { readonly _tag: "gap" }, was: ShownEntry): boolean =>
  was._tag === "gap" && now.from === was.from && now.to === was.to

/** Items as they grow, from the first `kept` of the former ones on. */
class Building {
  readonly items: Array<TimelineItem>
  readonly #options: TimelineOptions
  readonly #reuse: (item: TimelineItem) => TimelineItem
  readonly #days = new Days()
  #divided: boolean

  constructor(options: TimelineOptions, former: ReadonlyArray<TimelineItem>, kept: number) {
    this.items = former.slice(0, kept)
    this.#options = options
    this.#reuse = reuser(former, kept)
    const day = this.items.findLast((item) => item.kind === "day")
    if (day !== undefined) this.#days.next(day.at)
    this.#divided = options.unreadAfter === undefined || this.items.some((item) => item.kind === "unread")
  }

  push(item: TimelineItem): void {
    this.items.push(this.#reuse(item))
  }

  entry(entry: ShownEntry): void {
    if (entry._tag === "gap")
      return this.push({
        kind: "gap",
        key: `gap:${entry.from}`,
        from: entry.from,
        to: entry.to,
        older: this.items.length === 0
      })
    const { changing, row } = entry
    this.#dated(row.at)
    if (
      !this.#divided &&
      row.kind === "posted" &&
      row.by !== this.#options.me &&
      row.seq > (this.#options.unreadAfter ?? 0)
    ) {
      this.#divided = true
      this.push({ kind: "unread", key: "unread" })
    }
    if (row.kind === "posted") this.#post({ key: row.id, by: row.by, at: row.at, row, changing })
    else this.push({ kind: "system", key: row.id, row })
  }

  pending(pending: PendingPost): void {
    this.#dated(pending.at)
    const last = this.items.at(-1)
    // The clock of this device may be behind: own posts stand after what they were written after.
    this.#post({
      key: pending.id,
      by: this.#options.me,
      at: Math.max(pending.at, last?.kind === "post" ? last.at : 0),
      pending
    })
  }

  #post(item: Omit<PostItem, "grouped" | "kind">): void {
    const last = this.items.at(-1)
    const grouped = last?.kind === "post" && last.by === item.by && item.at - last.at < groupMs
    this.push({ kind: "post", grouped, ...item })
  }

  #dated(at: number): void {
    const day = this.#days.next(at)
    if (day !== undefined) this.push({ kind: "day", key: `day:${day}`, at: day })
  }
}

/**
 * Answers the former item of the same key where it says the same. Mostly the two lists run in step; else the former is
 * looked up.
 */
const reuser = (before: ReadonlyArray<TimelineItem>, from: number) => {
  let at = from
  let index: Map<string, number> | undefined
  return (item: TimelineItem): TimelineItem => {
    let former = before[at]
    if (former?.key !== item.key) {
      index ??= new Map(before.slice(from).map(({ key }, i) => [key, from + i]))
      const found = index.get(item.key)
      if (found === undefined) return item
      at = found
      former = before[at]
    }
    at++
    return former !== undefined && isSame(former, item) ? former : item
  }
}

const isSame = (a: TimelineItem, b: TimelineItem): boolean => {
  switch (a.kind) {
    case "day":
      return b.kind === "day" && a.at === b.at
    case "unread":
      return b.kind === "unread"
    case "gap":
      return b.kind === "gap" && a.to === b.to && a.older === b.older
    case "system":
      return b.kind === "system" && a.row === b.row
    case "failed":
      return b.kind === "failed" && a.change === b.change
    case "post":
      return (
        b.kind === "post" &&
        a.row === b.row &&
        a.grouped === b.grouped &&
        a.changing === b.changing &&
        a.at === b.at &&
        isSamePending(a.pending, b.pending)
      )
  }
}

const isSamePending = (a: PendingPost | undefined, b: PendingPost | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.state === b.state &&
    a.unanswered === b.unanswered &&
    a.unkept === b.unkept &&
    a.text === b.text &&
    a.code === b.code &&
    a.replyTo === b.replyTo)

/** Tells each new local day once; times may go back a little, days never do. */
class Days {
  #end = Number.NEGATIVE_INFINITY

  /** The day's beginning if `at` is in a later one than all before. */
  next(at: number): number | undefined {
    if (at < this.#end) return undefined
    const day = new Date(at)
    day.setHours(0, 0, 0, 0)
    const start = day.getTime()
    day.setDate(day.getDate() + 1)
    this.#end = day.getTime()
    return start
  }
}
