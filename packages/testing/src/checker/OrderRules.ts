/**
 * The order of commands: after those that their author had an answer for, as the author wrote them, and never before
 * the command that they refer to.
 */
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import type { Findings } from "./Findings.ts"
import type { HistoryEntry } from "./History.ts"
import type { HistoryIndex, LogIndex } from "./HistoryIndex.ts"

/** A command submitted after an answer was received comes after the answered one. */
export const realTimeOrder = (index: HistoryIndex, findings: Findings): void => {
  const answered = new Map<ConversationId, { readonly seq: number; readonly id: CommandId }>()
  const answer = (conversationId: ConversationId, id: CommandId) => {
    const seq = index.logs.get(conversationId)?.seqOf(id)
    if (seq !== undefined && seq > (answered.get(conversationId)?.seq ?? 0)) answered.set(conversationId, { seq, id })
  }
  const submitted = new Set<string>()
  index.entries.forEach((entry, i) => {
    if (entry._tag === "received") return forOwnAnswers(index, entry, answer)
    if (!isFirst(entry, submitted)) return
    const before = answered.get(entry.conversationId)
    const seq = index.logs.get(entry.conversationId)?.seqOf(entry.id)
    if (before === undefined || seq === undefined || seq > before.seq) return
    findings.add(
      "real-time-order",
      `${entry.id} was submitted when ${before.id} had its answer, and stands at ${seq}, before ${before.seq}`,
      {
        conversationId: entry.conversationId,
        ids: [before.id, entry.id],
        seqs: [seq, before.seq],
        devices: [entry.device]
      },
      i
    )
  })
}

const forOwnAnswers = (
  index: HistoryIndex,
  { device, frame }: Extract<HistoryEntry, { _tag: "received" }>,
  answer: (conversationId: ConversationId, id: CommandId) => void
): void => {
  if (frame.op === "accepted") answer(frame.conversationId, frame.id)
  if (frame.op !== "events") return
  const user = index.userOf.get(device)
  for (const { by, id } of frame.events) if (by === user) answer(frame.conversationId, id)
}

/** Posts of one device in one conversation stand as they were submitted. */
export const senderOrder = (index: HistoryIndex, findings: Findings): void => {
  const last = new Map<string, { readonly seq: number; readonly id: CommandId }>()
  const submitted = new Set<string>()
  index.entries.forEach((entry, i) => {
    if (!isFirst(entry, submitted) || entry.body.kind !== "post") return
    const { conversationId, device, id } = entry
    const seq = index.logs.get(conversationId)?.seqOf(id)
    if (seq === undefined) return
    const key = `${device} ${conversationId}`
    const before = last.get(key)
    if (before !== undefined && seq < before.seq)
      findings.add(
        "sender-order",
        `${device} wrote ${before.id} before ${id}, which stands at ${seq}, before ${before.seq}`,
        { conversationId, ids: [before.id, id], seqs: [seq, before.seq], devices: [device] },
        i
      )
    else last.set(key, { seq, id })
  })
}

// A repeated command stays at its first place, and a withdrawal has none of its own.
const isFirst = (entry: HistoryEntry, known: Set<string>): entry is Extract<HistoryEntry, { _tag: "submitted" }> => {
  if (entry._tag !== "submitted" || entry.body.kind === "withdraw") return false
  const key = `${entry.conversationId} ${entry.id}`
  if (known.has(key)) return false
  known.add(key)
  return true
}

/** A reply, edit, reaction or deletion comes after the post that it names, in the log and wherever it is seen. */
export const effectBeforeTarget = (index: HistoryIndex, findings: Findings): void => {
  for (const log of index.logs.values())
    for (const event of log.log.events) checkTarget(log, log.log.conversationId, event, findings)
  index.entries.forEach((entry, i) => {
    if (entry._tag !== "received" || entry.frame.op !== "events") return
    const { conversationId, events } = entry.frame
    for (const event of events) checkTarget(undefined, conversationId, event, findings, i)
  })
  for (const { conversationId, device, entry, list } of index.lists)
    for (const shown of list)
      if (shown._tag === "row" && shown.row.replyTo !== undefined && shown.row.replyTo >= shown.row.seq)
        findings.add(
          "effect-before-target",
          `${device} showed ${shown.row.seq} of ${conversationId} as a reply to ${shown.row.replyTo}`,
          { conversationId, ids: [shown.row.id], seqs: [shown.row.seq, shown.row.replyTo], devices: [device] },
          entry
        )
}

/** `log`: where the target must be a post; undefined where the reader need not have it loaded. */
const checkTarget = (
  log: LogIndex | undefined,
  conversationId: ConversationId,
  event: LogEvent,
  findings: Findings,
  entry?: number
): void => {
  const target = "target" in event ? event.target : event.kind === "posted" ? event.replyTo : undefined
  if (target === undefined || (target < event.seq && (log === undefined || log.at(target)?.kind === "posted"))) return
  findings.add(
    "effect-before-target",
    `${event.kind} ${event.id} at ${event.seq} of ${conversationId} names ${target}, which is no earlier post`,
    { conversationId, ids: [event.id], seqs: [event.seq, target] },
    entry
  )
}
