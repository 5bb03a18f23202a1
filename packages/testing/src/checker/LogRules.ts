/** Rules for a log by itself: every id once, and numbers without a gap. */
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"

export const duplicateStored = ({ history }: HistoryIndex, findings: Findings): void => {
  for (const { conversationId, events } of history.logs) {
    const first = new Map<CommandId, number>()
    for (const { id, seq } of events) {
      const before = first.get(id)
      if (before === undefined) first.set(id, seq)
      else
        findings.add("duplicate-stored", `${id} is stored at ${before} and again at ${seq}`, {
          conversationId,
          ids: [id],
          seqs: [before, seq]
        })
    }
  }
}

/**
 * Some events of personal logs are written together with the change that they report, outside the store of the logs:
 * only their numbers at the end are checked.
 */
export const seqGap = ({ entries, history, logs }: HistoryIndex, findings: Findings): void => {
  for (const { conversationId, events } of history.logs) {
    let last = 0
    for (const { seq } of events) {
      if (seq !== last + 1)
        findings.add("seq-gap", `In the log ${conversationId} ${seq} follows ${last}`, {
          conversationId,
          seqs: [last, seq]
        })
      last = seq
    }
  }
  const heads = new Map<ConversationId, number>()
  entries.forEach((entry, i) => {
    if (entry._tag !== "committed") return
    const { conversationId } = entry
    if (logs.get(conversationId)?.log.kind === "personal") return
    for (const { seq } of entry.events) {
      const head = heads.get(conversationId) ?? 0
      if (seq !== head + 1)
        findings.add(
          "seq-gap",
          `In ${conversationId} ${seq} was committed after ${head}`,
          { conversationId, seqs: [head, seq] },
          i
        )
      heads.set(conversationId, seq)
    }
  })
}
