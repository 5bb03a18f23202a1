/** History pages over the rows of a memory log. */
import type { PageFrom } from "../conversations/Conversations.ts"
import type { HistoryPage } from "../domain/Conversation.ts"
import { rowsThatFit } from "../domain/HistorySize.ts"
import type { UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { headOf, type MemoryLog, type MemoryRow, rowFor, visibleFrom } from "./ChatState.ts"

/** The rows that a member may read, in order. */
export const visibleRows = (log: MemoryLog, viewer: UserId): ReadonlyArray<MemoryRow> => {
  const from = visibleFrom(log, viewer)
  return from === undefined ? [] : [...log.rows.values()].filter(({ row }) => row.seq >= from)
}

export const pageOf = (log: MemoryLog, viewer: UserId, from: PageFrom, limit: number): HistoryPage => {
  const all = visibleRows(log, viewer)
  const [start, below, upTo, end] = windowOf(all, from, limit)
  const shown = (first: number, last: number) => all.slice(first, last).map((row) => rowFor(row, viewer))
  const first = below - rowsThatFit(shown(start, below).reverse())
  const last = upTo + rowsThatFit(shown(upTo, end))
  return toPage(log, shown(first, last), first > 0, last < all.length)
}

export const changedRows = (log: MemoryLog, viewer: UserId, asOf: number, from: number, to: number): HistoryPage => {
  const all = visibleRows(log, viewer)
  const last = Math.min(to, from + Limits.changedWindow - 1)
  const rows = all.filter(({ row }) => row.seq >= from && row.seq <= last && row.rev > asOf).map((row) => rowFor(row, viewer))
  const end = rowsThatFit(rows)
  return toPage(log, rows.slice(0, end), false, end < rows.length)
}

// The indices of the page's rows among all visible ones: those below its place end at `below`, those above it start at `upTo`.
const windowOf = (
  all: ReadonlyArray<MemoryRow>,
  from: PageFrom,
  limit: number
): readonly [start: number, below: number, upTo: number, end: number] => {
  const top = all.length
  if (from._tag === "Latest") return [Math.max(0, top - limit), top, top, top]
  const below = all.filter(({ row }) => row.seq < from.seq).length
  const upTo = all.filter(({ row }) => row.seq <= from.seq).length
  if (from._tag === "Before") return [Math.max(0, below - limit), below, below, below]
  if (from._tag === "After") return [upTo, upTo, upTo, Math.min(top, upTo + limit)]
  const half = Math.floor(limit / 2)
  return [Math.max(0, below - half), below, upTo, Math.min(top, upTo + limit - half - 1)]
}

const toPage = (log: MemoryLog, rows: HistoryPage["rows"], moreBefore: boolean, moreAfter: boolean): HistoryPage => ({
  rows,
  asOf: headOf(log),
  moreBefore,
  moreAfter
})
