/**
 * A conversation's view as the items of its timeline: rows with day lines, gaps and the divider of what was unread when it was opened.
 * Plain. Items stay the same objects while nothing of theirs changes, so that only what changed is drawn anew.
 */
import type { FeedView, PendingPost } from "@hibiki/core/client/FeedView"
import type { OutboxRow } from "@hibiki/core/client/OutboxRow"
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
  /** Others' messages above it were unread when the conversation was opened; undefined: none were. Does not move while it is open. */
  readonly unreadAfter: number | undefined
}

/** Posts of one author closer than this stand under one name. */
export const groupMs = 5 * 60_000

/** Keys are unique: a row's and a pending post's is the id of its command. */
export const timelineItems = (
  view: FeedView,
  { me, unreadAfter }: TimelineOptions,
  before: ReadonlyArray<TimelineItem> = []
): ReadonlyArray<TimelineItem> => {
  const items: Array<TimelineItem> = []
  const reuse = reuser(before)
  const days = new Days()
  let group: { by: UserId; at: number } | undefined
  let divided = unreadAfter === undefined
  const push = (item: TimelineItem): void => {
    items.push(reuse(item))
  }
  const dated = (at: number): void => {
    const day = days.next(at)
    if (day === undefined) return
    push({ kind: "day", key: `day:${day}`, at: day })
    group = undefined
  }
  const post = (item: Omit<PostItem, "grouped" | "kind">): void => {
    const grouped = group !== undefined && group.by === item.by && item.at - group.at < groupMs
    push({ kind: "post", grouped, ...item })
    group = { by: item.by, at: item.at }
  }
  for (const entry of view.entries) {
    if (entry._tag === "gap") {
      push({ kind: "gap", key: `gap:${entry.from}`, from: entry.from, to: entry.to, older: items.length === 0 })
      group = undefined
      continue
    }
    const { changing, row } = entry
    dated(row.at)
    if (!divided && row.kind === "posted" && row.by !== me && row.seq > (unreadAfter ?? 0)) {
      divided = true
      push({ kind: "unread", key: "unread" })
      group = undefined
    }
    if (row.kind === "posted") post({ key: row.id, by: row.by, at: row.at, row, changing })
    else {
      push({ kind: "system", key: row.id, row })
      group = undefined
    }
  }
  for (const pending of view.pending) {
    dated(pending.at)
    post({ key: pending.id, by: me, at: Math.max(pending.at, group?.at ?? 0), pending })
  }
  for (const change of view.failed) push({ kind: "failed", key: `failed:${change.id}`, change })
  return items
}

/** Answers the former item of the same key where it says the same. Mostly the two lists run in step; else the former is looked up. */
const reuser = (before: ReadonlyArray<TimelineItem>) => {
  let at = 0
  let index: Map<string, number> | undefined
  return (item: TimelineItem): TimelineItem => {
    let former = before[at]
    if (former?.key !== item.key) {
      index ??= new Map(before.map(({ key }, i) => [key, i]))
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
