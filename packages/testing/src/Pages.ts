/** History pages over the rows of a memory log, and the texts for a search. */

import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import { rowsThatFit, textsBytes } from "@hibiki/core/domain/HistorySize"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { PageFrom, Texts } from "@hibiki/core/ports/Conversations"
import { headOf, type MemoryLog, type MemoryRow, rowFor, visibleFrom } from "./ChatState.ts"

/** The rows that a member may read, in order. */
export const visibleRows = (log: MemoryLog, viewer: UserId): ReadonlyArray<MemoryRow> => {
  const from = visibleFrom(log, viewer)
  return from === undefined ? [] : [...log.rows.values()].filter(({ row }) => row.seq >= from)
}

export const pageOf = (log: MemoryLog, viewer: UserId, from: PageFrom, limit: number): HistoryPage => {
  const all = visibleRows(log, viewer).filter(({ row }) => from._tag !== "Pinned" || row.pinned === true)
  const [start, below, upTo, end] = windowOf(all, from, limit)
  const shown = (first: number, last: number) => all.slice(first, last).map((row) => rowFor(row, viewer))
  const first = below - rowsThatFit(shown(start, below).reverse())
  const last = upTo + rowsThatFit(shown(upTo, end))
  return toPage(log, shown(first, last), first > 0, last < all.length)
}

export const changedRows = (log: MemoryLog, viewer: UserId, asOf: number, from: number, to: number): HistoryPage => {
  const all = visibleRows(log, viewer)
  const last = Math.min(to, from + Limits.changedWindow - 1)
  const rows = all
    .filter(({ row }) => row.seq >= from && row.seq <= last && row.rev > asOf)
    .map((row) => rowFor(row, viewer))
  const end = rowsThatFit(rows)
  return toPage(log, rows.slice(0, end), false, end < rows.length)
}

export const textsOf = (log: MemoryLog, viewer: UserId, below: number, limit: number): Texts => {
  const rows = visibleRows(log, viewer)
    .map(({ row }) => row)
    .filter(({ seq }) => seq < below)
    .reverse()
  const texts: Array<readonly [seq: number, text: string]> = []
  let [looked, bytes] = [0, 0]
  for (const { deleted, kind, seq, text = "" } of rows.slice(0, limit)) {
    const isPost = kind === "posted" && deleted === undefined
    const more = isPost ? new TextEncoder().encode(text).length : 0
    if (bytes + more > textsBytes) break
    bytes += more
    looked++
    if (isPost) texts.push([seq, text])
  }
  return { texts, looked, bytes, below: looked < rows.length ? (rows[looked - 1]?.seq ?? below) : undefined }
}

// The indices of the page's rows among all visible ones: those below its place end at `below`, those above it start at
// `upTo`.
const windowOf = (
  all: ReadonlyArray<MemoryRow>,
  from: PageFrom,
  limit: number
): readonly [start: number, below: number, upTo: number, end: number] => {
  const top = all.length
  if (from._tag === "Latest") return [Math.max(0, top - limit), top, top, top]
  if (from._tag === "Pinned")
    return windowOf(all, from.below === undefined ? { _tag: "Latest" } : { _tag: "Before", seq: from.below }, limit)
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
