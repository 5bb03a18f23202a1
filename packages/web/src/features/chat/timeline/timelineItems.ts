/**
 * A conversation's view as the items of its timeline: rows with day lines, gaps, and the divider before the messages
 * that were unread at the opening. Plain. Unchanged items stay the same objects, so that only changes are drawn.
 */
import type { FeedView, PendingPost, ShownEntry } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"

export type TimelineItem =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string }
  /** `older`: all rows below the oldest loaded one. */
  | { readonly kind: "gap"; readonly key: string; readonly from: number; readonly to: number; readonly older: boolean }
  | PostItem
  | { readonly kind: "system"; readonly key: string; readonly row: MessageRow }
  /** A rejected edit, delete or reaction. */
  | { readonly kind: "failed"; readonly key: string; readonly change: OutboxRow }

/** A message, stored or pending. Both have one key, so that the one becomes the other in place. */
export interface PostItem {
  readonly kind: "post"
  readonly key: string
  readonly by: UserId
  readonly at: number
  /** Shown under the author's name of the previous item. */
  readonly grouped: boolean
  readonly row?: MessageRow
  readonly changing?: boolean
  readonly pending?: PendingPost
}

export interface TimelineOptions {
  readonly me: UserId
  /**
   * Others' messages after this seq were unread when the conversation was opened; undefined: none were. Does not change
   * while it is open.
   */
  readonly unreadAfter: number | undefined
}

/** Posts of one author that are closer in time than this share one name. */
export const groupMs = 5 * 60_000

/**
 * Items with their sources, from which the next items are built faster: most updates leave nearly all entries
 * unchanged.
 */
export interface BuiltTimeline {
  readonly items: ReadonlyArray<TimelineItem>
  readonly options: TimelineOptions
  readonly entries: ReadonlyArray<ShownEntry>
  /** The number of items after each entry. */
  readonly ends: ReadonlyArray<number>
}

/** Keys are unique: the key of a row or a pending post is the id of its command. */
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

/** Returns how many entries at the start are unchanged. */
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

/** The growing list of items, starting with the first `kept` of the former ones. */
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
    // This device's clock may be slow: the user's own posts come after the messages that existed when they were
    // written.
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
 * Returns the former item of the same key if it is equal. The two lists usually run in step; otherwise it looks the
 * former one up.
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

/** Reports each new local day once; times may go back a little, days never do. */
class Days {
  #end = Number.NEGATIVE_INFINITY

  /** Returns the start of the day if `at` is in a later day than all before. */
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
