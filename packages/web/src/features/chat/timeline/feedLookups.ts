/** Finding things in a feed's view, whose entries ascend by seq. */
import type { FeedView, PendingPost } from "@hibiki/core/client/feed/FeedView"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"

/** The loaded row at a place. */
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
 * What ArrowUp edits: the newest own message. One that waits to be sent is written anew; one that is on its way can't
 * be edited yet, and an older one in its stead would not be the one that is meant: nothing then.
 */
export const lastOwn = (view: FeedView | undefined, me: UserId): PendingPost | MessageRow | undefined => {
  const pending = view?.pending.findLast(({ state }) => state !== "failed" && state !== "withdrawn")
  if (pending !== undefined) return pending.state === "queued" ? pending : undefined
  return lastRow(view, (row) => row.by === me && row.kind === "posted" && row.deleted !== true)
}

/** The newest loaded row that fits. */
export const lastRow = (view: FeedView | undefined, fits: (row: MessageRow) => boolean): MessageRow | undefined => {
  const entry = view?.entries.findLast((found) => found._tag === "row" && fits(found.row))
  return entry?._tag === "row" ? entry.row : undefined
}

const isOthers = (row: MessageRow, me: UserId): boolean =>
  row.kind === "posted" && row.by !== me && row.deleted !== true

/** Others' messages above a place, the newest first. */
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
 * How many of others' messages below what was seen are not read, at most Limits.unreadCap. `seen`: the last row in
 * view. What is not loaded is counted by the list.
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
  // The list counts no further: how many more there are is not known.
  return line.unread >= Limits.unreadCap ? Limits.unreadCap : Math.max(below, line.unread - seenUnread)
}

/**
 * The place of the newest row where the newest end is here, or of an empty log's end; undefined while it is still to
 * come. `head`: of the log, as the list knows it.
 */
export const loadedEnd = (view: FeedView, head?: number): number | undefined => {
  const last = view.entries.at(-1)
  if (last !== undefined) return last._tag === "row" ? last.row.seq : undefined
  // A feed that was told no place yet looks as one in which nothing was said.
  return head !== undefined && view.cursor >= head ? view.cursor : undefined
}

/**
 * How far one has read who saw the row at a place: at the end of the log past all that is unread there, which may be
 * what only a newer server can show.
 */
export const readThrough = (view: FeedView, seq: number, isUnread: boolean): number =>
  isUnread && loadedEnd(view) === seq ? view.cursor : seq

/** The newest loaded row's place; 0 when there is none. */
export const newestSeq = (view: FeedView | undefined): number => lastRow(view, () => true)?.seq ?? 0
