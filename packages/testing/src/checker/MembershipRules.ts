/** Only members read and write: everything that reaches a user, live or by history, is within their memberships. */
import type { ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex, LogIndex } from "./HistoryIndex.ts"
import { lastingMembership } from "./MemberIntervals.ts"

/** A read: a place in a log, the last change that it shows, and when. */
interface Reading {
  readonly seq: number
  readonly rev: number
  readonly entry: number
  /** When the call began; undefined: it was pushed. */
  readonly began: number | undefined
}

export const leakToNonMember = (index: HistoryIndex, findings: Findings): void => {
  const check = (conversationId: ConversationId, device: DeviceId, reading: Reading) => {
    const log = index.logs.get(conversationId)
    const user = index.userOf.get(device)
    if (log === undefined || user === undefined || mayRead(log, user, reading)) return
    const { rev, seq } = reading
    const changed = rev === seq ? "" : `, as changed at ${rev},`
    findings.add(
      "leak-to-non-member",
      `${user} got ${seq}${changed} of ${conversationId} on ${device} and was no member for it`,
      { conversationId, seqs: [seq, rev], devices: [device] },
      reading.entry < index.entries.length ? reading.entry : undefined
    )
  }
  index.entries.forEach((entry, i) => {
    if (entry._tag !== "received" || entry.frame.op !== "events") return
    const { conversationId, events } = entry.frame
    for (const event of events) {
      const rev = event.seq
      check(conversationId, entry.device, { seq: rev, rev, entry: i, began: undefined })
      // The text of the message that it changes.
      if (event.kind === "edited" && event.blanked !== true)
        check(conversationId, entry.device, { seq: event.target, rev, entry: i, began: undefined })
    }
  })
  for (const { began, conversationId, device, entry, rows } of index.reads)
    for (const { rev, seq } of rows)
      check(conversationId, device, { seq, rev, entry: entry ?? index.entries.length, began })
  const end = index.entries.length
  for (const { conversationId, device, fresh } of index.history.views) {
    const log = index.logs.get(conversationId)
    const user = index.userOf.get(device)
    if (fresh === undefined || log === undefined || user === undefined) continue
    if (lastingMembership(log.members.get(user)) === undefined)
      findings.add("leak-to-non-member", `${user} reads ${conversationId} in the end, and is no member`, {
        conversationId,
        devices: [device]
      })
    else for (const { rev, seq } of fresh) check(conversationId, device, { seq, rev, entry: end, began: end })
  }
}

/**
 * The author of an event was a member at that place of the log. Users who have left can also take back their earlier
 * posts.
 */
export const notAMember = ({ logs }: HistoryIndex, findings: Findings): void => {
  for (const [conversationId, log] of logs) {
    if (log.log.kind === "personal") continue
    for (const event of log.log.events) {
      const { by, kind, seq } = event
      const isMember = log.members.get(by)?.some(({ from, to }) => from <= seq && seq <= to) === true
      const takesBack = event.kind === "deleted" && log.at(event.target)?.by === by
      if (!isMember && !takesBack)
        findings.add("not-a-member", `${kind} at ${seq} of ${conversationId} is by ${by}, who was no member there`, {
          conversationId,
          seqs: [seq]
        })
    }
  }
}

const mayRead = (log: LogIndex, user: UserId, { began, entry, rev, seq }: Reading): boolean => {
  const intervals = log.members.get(user) ?? []
  const onlyFromJoining = log.log.history === "joined"
  for (let i = intervals.length - 1; i >= 0; i--) {
    const interval = intervals[i]
    // Not committed at the time of the read: the membership was still to come.
    if (interval === undefined || log.committedAt(interval.from) > entry) continue
    const isWithin = seq <= interval.to && rev <= interval.to && (!onlyFromJoining || seq >= interval.from)
    if (isWithin) return true
    // A user who joined again reads from there on. Only a call that began before may return rows of an earlier
    // membership.
    if (onlyFromJoining && began !== undefined && log.committedAt(interval.from) < began) return false
  }
  return false
}
