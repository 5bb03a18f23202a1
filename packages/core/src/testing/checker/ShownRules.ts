/** What every list on screen must be like in itself: each message once, and in order. */
import type { CommandId } from "../../domain/Ids.ts"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex, ListSeen } from "./HistoryIndex.ts"

export const shownLists = (index: HistoryIndex, findings: Findings): void => {
  for (const seen of index.lists) {
    checkOrder(seen, findings)
    checkIds(index, seen, findings)
  }
}

const checkOrder = ({ conversationId, device, entry, list }: ListSeen, findings: Findings): void => {
  let last = 0
  let highest = 0
  const seqs = new Set<number>()
  for (const shown of list) {
    const [from, to] = shown._tag === "row" ? [shown.row.seq, shown.row.seq] : [shown.from, shown.to]
    // A row that stands twice is a duplicate, wherever it stands.
    const isTwice = shown._tag === "row" && seqs.has(from)
    const concern = { conversationId, seqs: [last, from], devices: [device] }
    if (isTwice) findings.add("duplicate-shown", `${device} showed row ${from} of ${conversationId} twice`, concern, entry)
    else if (from <= highest || to < from)
      findings.add("not-sorted", `${device} showed ${from} behind ${last} in ${conversationId}`, concern, entry)
    if (shown._tag === "row") seqs.add(from)
    last = to
    highest = Math.max(highest, to)
  }
}

const checkIds = (index: HistoryIndex, { conversationId, device, entry, list }: ListSeen, findings: Findings): void => {
  const log = index.logs.get(conversationId)
  // Rows that are in the log as shown have ids of their own: only a list with others is worth a second look.
  if (list.every((shown) => shown._tag === "gap" || log?.at(shown.row.seq)?.id === shown.row.id)) return
  const first = new Map<CommandId, number>()
  for (const shown of list) {
    if (shown._tag === "gap") continue
    const { id, seq } = shown.row
    const before = first.get(id)
    if (before === undefined) first.set(id, seq)
    else if (before !== seq)
      findings.add(
        "duplicate-shown",
        `${device} showed ${id} at ${before} and at ${seq} of ${conversationId}`,
        { conversationId, ids: [id], seqs: [before, seq], devices: [device] },
        entry
      )
  }
}
