/** Rules for every list on screen by itself: each message once, and in order. */
import type { CommandId } from "@hibiki/core/domain/Ids"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex, ListSeen } from "./HistoryIndex.ts"

export const shownLists = (index: HistoryIndex, findings: Findings): void => {
  for (const seen of index.lists) {
    checkOrder(seen, findings)
    checkIds(seen, findings)
  }
}

const checkOrder = ({ conversationId, device, entry, list }: ListSeen, findings: Findings): void => {
  let last = 0
  let highest = 0
  // For a list that is not in order: a repeated row is a duplicate, wherever it is.
  let seqs: Set<number> | undefined
  list.forEach((shown, i) => {
    const from = shown._tag === "row" ? shown.row.seq : shown.from
    const to = shown._tag === "row" ? from : shown.to
    if (from <= highest || to < from) {
      seqs ??= new Set(list.slice(0, i).flatMap((other) => (other._tag === "row" ? [other.row.seq] : [])))
      const concern = { conversationId, seqs: [last, from], devices: [device] }
      if (shown._tag === "row" && seqs.has(from))
        findings.add("duplicate-shown", `${device} showed row ${from} of ${conversationId} twice`, concern, entry)
      else findings.add("not-sorted", `${device} showed ${from} behind ${last} in ${conversationId}`, concern, entry)
    }
    if (shown._tag === "row") seqs?.add(from)
    last = to
    highest = Math.max(highest, to)
  })
}

const checkIds = ({ conversationId, device, entry, isAsStored, list }: ListSeen, findings: Findings): void => {
  // Rows that are in the log as shown have ids of their own.
  if (isAsStored) return
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
