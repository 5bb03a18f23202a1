/**
 * The final views of people: the server's history contains everything that was stored, and each device shows that
 * history.
 */
import { Limits } from "@hibiki/core/domain/Limits"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { Findings } from "./Findings.ts"
import { type FoldedRow, foldLog, saysTheSame } from "./Fold.ts"
import type { FinalView } from "./History.ts"
import type { HistoryIndex, LogIndex } from "./HistoryIndex.ts"
import { lastingMembership } from "./MemberIntervals.ts"
import { isSamePlain } from "./PlainEquality.ts"
import type { Concern } from "./Violation.ts"

/** A device loads this many of the newest rows by itself; a gap among older ones is left to its person. */
const newestRows = Math.floor(Limits.pageDefault / 2)

/**
 * The page that a member reads in the end has every row of the log, as the last change left it. `diverged` compares a
 * device's own list with that page.
 */
export const lostFromView = (index: HistoryIndex, findings: Findings): void => {
  const folded = new Map<LogIndex, ReadonlyMap<number, FoldedRow>>()
  for (const view of index.history.views) {
    const { conversationId, device, fresh } = view
    const user = index.userOf.get(device)
    const log = index.logs.get(conversationId)
    if (user === undefined || log === undefined || index.history.gone.has(device)) continue
    const membership = lastingMembership(log.members.get(user))
    if (membership === undefined) continue
    const rows = folded.get(log) ?? foldLog(log.log.events)
    folded.set(log, rows)
    const visibleFrom = log.log.history === "joined" ? membership.from : 1
    const from = Math.max(visibleFrom, fresh?.[0]?.seq ?? 0)
    const bySeq = new Map((fresh ?? []).map((row) => [row.seq, row]))
    for (const [seq, row] of rows) {
      if (seq < from) continue
      const read = bySeq.get(seq)
      const concern: Concern = { conversationId, ids: [row.event.id], seqs: [seq], devices: [device] }
      if (read === undefined)
        findings.add(
          "acked-lost",
          `${row.event.id} at ${seq} of ${conversationId} is not in what ${user} reads`,
          concern
        )
      else if (read.id === row.event.id && read.by === row.event.by && !saysTheSame(row, read, user))
        findings.add(
          "acked-lost",
          `${row.event.id} at ${seq} of ${conversationId} is not as the last change left it for ${user}`,
          concern
        )
    }
  }
}

export const diverged = ({ history }: HistoryIndex, findings: Findings): void => {
  for (const view of history.views) if (!history.gone.has(view.device)) compareView(view, findings)
}

const compareView = (view: FinalView, findings: Findings): void => {
  const { conversationId, device, flags, fresh, marked, mentions, readUpTo, shown, unread } = view
  const found = (text: string, seq?: number) =>
    findings.add("diverged", `${device} in ${conversationId}: ${text}`, {
      conversationId,
      seqs: seq === undefined ? [] : [seq],
      devices: [device]
    })
  if (fresh === undefined) {
    if (shown.some((entry) => entry._tag === "row")) found("rows are shown that its user may not read")
    return
  }
  const rows = new Map<number, { readonly row: MessageRow; readonly changing: boolean }>()
  const gaps = shown.flatMap((entry) => (entry._tag === "gap" ? [entry] : []))
  for (const entry of shown) {
    if (entry._tag === "gap") continue
    rows.set(entry.row.seq, entry)
    if (entry.stale) found(`row ${entry.row.seq} is still stale`, entry.row.seq)
  }
  const newest = fresh.slice(-newestRows)[0]
  const lastGap = gaps[gaps.length - 1]
  const gapInNewest = newest !== undefined && lastGap !== undefined && lastGap.to >= newest.seq
  if (gapInNewest) found(`a gap from ${lastGap.from} to ${lastGap.to} among the newest rows`, lastGap.from)
  let gap = 0
  for (const row of fresh) {
    const own = rows.get(row.seq)
    rows.delete(row.seq)
    while ((gaps[gap]?.to ?? Number.POSITIVE_INFINITY) < row.seq) gap++
    const isInGap = (gaps[gap]?.from ?? Number.POSITIVE_INFINITY) <= row.seq
    if (own === undefined) {
      if (!isInGap) found(`row ${row.seq} is not shown`, row.seq)
    } else if (!own.changing && !isSamePlain(own.row, row))
      found(`row ${row.seq} is shown otherwise than it is read`, row.seq)
  }
  const first = fresh[0]?.seq ?? 0
  for (const seq of rows.keys()) if (seq >= first) found(`row ${seq} is shown and not read`, seq)
  if (readUpTo.shown !== readUpTo.fresh) found(`read up to ${readUpTo.shown}, where ${readUpTo.fresh} is right`)
  if (marked.shown !== marked.fresh) found(`marked unread at ${marked.shown}, where ${marked.fresh} is right`)
  if (unread.shown !== unread.fresh) found(`${unread.shown} unread, where ${unread.fresh} is right`)
  if (mentions.shown !== mentions.fresh) found(`${mentions.shown} mentions, where ${mentions.fresh} is right`)
  if (!isSamePlain(flags.shown, flags.fresh)) found(`flagged as [${flags.shown}], where [${flags.fresh}] is right`)
}
