/** History pages over the rows of a memory log. */
import type { PageFrom } from "../conversations/Conversations.ts"
import type { HistoryPage } from "../domain/Conversation.ts"
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
  const [start, end] = windowOf(all, from, limit)
  return toPage(log, viewer, all.slice(start, end), start > 0, end < all.length)
}

export const changedRows = (log: MemoryLog, viewer: UserId, asOf: number, from: number, to: number): HistoryPage => {
  const all = visibleRows(log, viewer)
  const last = Math.min(to, from + Limits.changedWindow - 1)
  const rows = all.filter(({ row }) => row.seq >= from && row.seq <= last && row.rev > asOf)
  const [first, final] = [rows[0], rows.at(-1)]
  return toPage(log, viewer, rows, first !== undefined && first !== all[0], final !== undefined && final !== all.at(-1))
}

// The indices of the page's rows among all visible ones.
const windowOf = (all: ReadonlyArray<MemoryRow>, from: PageFrom, limit: number): readonly [start: number, end: number] => {
  if (from._tag === "Latest") return [Math.max(0, all.length - limit), all.length]
  const below = all.filter(({ row }) => row.seq < from.seq).length
  const upTo = all.filter(({ row }) => row.seq <= from.seq).length
  if (from._tag === "Before") return [Math.max(0, below - limit), below]
  if (from._tag === "After") return [upTo, Math.min(all.length, upTo + limit)]
  const half = Math.floor(limit / 2)
  return [Math.max(0, below - half), Math.min(all.length, upTo + limit - half - 1)]
}

const toPage = (log: MemoryLog, viewer: UserId, rows: ReadonlyArray<MemoryRow>, moreBefore: boolean, moreAfter: boolean): HistoryPage => ({
  rows: rows.map((row) => rowFor(row, viewer)),
  asOf: headOf(log),
  moreBefore,
  moreAfter
})
