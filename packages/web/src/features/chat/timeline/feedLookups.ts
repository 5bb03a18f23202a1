/** Queries on a feed's view, whose entries ascend by seq. */
import type { FeedView, PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"

/** Returns the loaded row with this seq. */
export const rowAt = (view: FeedView | undefined, seq: number): MessageRow | undefined => {
  const entries = view?.entries ?? []
  let low = 0
  let high = entries.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry === undefined) return undefined
    if (entry._tag === "row" && entry.row.seq === seq) return entry.row
    if ((entry._tag === "row" ? entry.row.seq : entry.to) < seq) low = middle + 1
    else high = middle - 1
  }
  return undefined
}

/**
 * Returns the message that ArrowUp edits: the user's newest. A queued message is rewritten. A message that is being
 * sent can't be edited yet, and an older one would not be the intended one: returns undefined then.
 */
export const lastOwn = (view: FeedView | undefined, me: UserId): PendingPost | MessageRow | undefined => {
  const pending = view?.pending.findLast(({ state }) => state !== "failed" && state !== "withdrawn")
  if (pending !== undefined) return pending.state === "queued" ? pending : undefined
  return lastRow(view, (row) => row.by === me && row.kind === "posted" && row.deleted !== true)
}

/** Returns the newest loaded row that matches. */
export const lastRow = (view: FeedView | undefined, fits: (row: MessageRow) => boolean): MessageRow | undefined => {
  const entry = view?.entries.findLast((found) => found._tag === "row" && fits(found.row))
  return entry?._tag === "row" ? entry.row : undefined
}

const isOthers = (row: MessageRow, me: UserId): boolean =>
  row.kind === "posted" && row.by !== me && row.deleted !== true

/** Returns others' messages after a seq, the newest first. */
export const othersAbove = (view: FeedView | undefined, seq: number, me: UserId): ReadonlyArray<MessageRow> => {
  const entries = view?.entries ?? []
  const found: Array<MessageRow> = []
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]
    if (entry?._tag !== "row") continue
    if (entry.row.seq <= seq) break
    if (isOthers(entry.row, me)) found.push(entry.row)
  }
  return found
}

/**
 * Returns the number of unread messages of others below the view, at most Limits.unreadCap. `seen`: the last row in
 * view. For messages that are not loaded it uses the list's count.
 */
export const newBelow = (
  view: FeedView | undefined,
  line: Pick<ConversationSummary, "readUpTo" | "unread"> | undefined,
  seen: number,
  me: UserId
): number => {
  if (view === undefined || line === undefined) return 0
  let below = 0
  let seenUnread = 0
  let isHoled = false
  for (let i = view.entries.length - 1; i >= 0 && below < Limits.unreadCap; i--) {
    const entry = view.entries[i]
    if (entry === undefined || (entry._tag === "row" ? entry.row.seq : entry.to) <= line.readUpTo) break
    if (entry._tag === "gap") isHoled ||= entry.to > seen
    else if (isOthers(entry.row, me)) {
      if (entry.row.seq > seen) below++
      else seenUnread++
    }
  }
  if (!isHoled) return below
  // The list counts no further, so the exact number is unknown.
  return line.unread >= Limits.unreadCap ? Limits.unreadCap : Math.max(below, line.unread - seenUnread)
}

/**
 * Returns the seq of the newest row if the log's end is loaded, or the cursor of an empty log; undefined before.
 * `head`: the end of the log as the list knows it.
 */
export const loadedEnd = (view: FeedView, head?: number): number | undefined => {
  const last = view.entries.at(-1)
  if (last !== undefined) return last._tag === "row" ? last.row.seq : undefined
  // A feed that has not received a cursor yet looks like an empty one.
  return head !== undefined && view.cursor >= head ? view.cursor : undefined
}

/**
 * Returns how far a person has read who saw the row at `seq`. At the end of an unread log this is the cursor, past
 * events that only a newer client can show.
 */
export const readThrough = (view: FeedView, seq: number, isUnread: boolean): number =>
  isUnread && loadedEnd(view) === seq ? view.cursor : seq

/** Returns the newest loaded row's seq; 0 when there is none. */
export const newestSeq = (view: FeedView | undefined): number => lastRow(view, () => true)?.seq ?? 0
