/** Rules over what devices asked for and were told of it. */
import type { CommandId, ConversationId } from "../../domain/Ids.ts"
import { type HistoryIndex, isBlanked } from "./indexHistory.ts"

export const checkAcks = (index: HistoryIndex): void => {
  acknowledged(index)
  refusals(index)
  endings(index)
  realTimeOrder(index)
  senderOrder(index)
}

const acknowledged = ({ acks, logs, report }: HistoryIndex): void => {
  const told = new Map<CommandId, number>()
  for (const { at, conversationId, id, seq, userId } of acks) {
    const before = told.get(id)
    if (before !== undefined && before !== seq) report("ack-stable", `${id} was told at ${before} and at ${seq} of ${conversationId}`, at)
    told.set(id, seq)
    const stored = logs.get(conversationId)?.events[seq - 1]
    if (stored?.id !== id || stored.by !== userId)
      report("acked-lost", `${id} was told at ${seq} of ${conversationId}, where ${stored?.id ?? "nothing"} stands`, at)
  }
}

const refusals = ({ logs, places, refused, report, submitted }: HistoryIndex): void => {
  for (const [id, code] of refused) {
    const asked = submitted.get(id)
    const seq = asked === undefined ? undefined : places.get(asked.conversationId)?.get(id)
    const stored = asked === undefined || seq === undefined ? undefined : logs.get(asked.conversationId)?.events[seq - 1]
    if (stored !== undefined && !(code === "withdrawn" && isBlanked(stored)))
      report("rejected-but-stored", `${id} was refused as ${code} and stands at ${seq} of ${asked?.conversationId}`)
  }
}

const endings = ({ dropped, history, places, refused, report, submitted, withdrawn }: HistoryIndex): void => {
  for (const [id, { at, body, conversationId, device }] of submitted) {
    if (history.gone.has(device)) continue
    const hasEnded = refused.has(id) || dropped.has(id) || places.get(conversationId)?.has(id) === true
    if (!hasEnded) report("open-send", `${body.kind} ${id} of ${device} in ${conversationId} never ended`, at)
  }
  for (const id of withdrawn) {
    const device = submitted.get(id)?.device
    const isOpen = !refused.has(id) && !dropped.has(id)
    if (isOpen && device !== undefined && !history.gone.has(device)) report("open-send", `the withdrawal of ${id} of ${device} never ended`)
  }
  for (const { conversationId, device, unsettled } of history.views)
    for (const id of unsettled) report("open-send", `${id} of ${device} in ${conversationId} is unsettled at the end`)
}

const realTimeOrder = ({ history, places, report, userOf }: HistoryIndex): void => {
  const acked = new Map<ConversationId, number>()
  const raise = (log: ConversationId, seq: number) => acked.set(log, Math.max(seq, acked.get(log) ?? 0))
  for (const entry of history.entries) {
    if (entry._tag === "received" && entry.frame.op === "accepted") raise(entry.frame.conversationId, entry.frame.seq)
    else if (entry._tag === "received" && entry.frame.op === "events") {
      const userId = userOf.get(entry.device)
      for (const { by, seq } of entry.frame.events) if (by === userId) raise(entry.frame.conversationId, seq)
    } else if (entry._tag === "submitted" && entry.body.kind === "post") {
      const floor = acked.get(entry.conversationId) ?? 0
      const seq = places.get(entry.conversationId)?.get(entry.id)
      if (seq !== undefined && seq <= floor)
        report(
          "real-time-order",
          `${entry.id} was sent after ${floor} was accepted, and stands at ${seq} of ${entry.conversationId}`,
          entry.at
        )
    }
  }
}

const senderOrder = ({ places, report, submitted }: HistoryIndex): void => {
  const last = new Map<string, number>()
  for (const [id, { body, conversationId, device }] of submitted) {
    const seq = body.kind === "post" ? places.get(conversationId)?.get(id) : undefined
    if (seq === undefined) continue
    const key = `${device} ${conversationId}`
    const before = last.get(key) ?? 0
    if (seq < before)
      report("sender-order", `${id} of ${device} stands at ${seq} of ${conversationId}, and was written after what stands at ${before}`)
    last.set(key, Math.max(seq, before))
  }
}
