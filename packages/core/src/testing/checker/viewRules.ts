/** Rules over what devices showed, on the way and at the end. */
import type { ConversationId, DeviceId } from "../../domain/Ids.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import type { FinalView, ShownRow } from "./History.ts"
import type { HistoryIndex } from "./indexHistory.ts"
import { hasLeft } from "./logRules.ts"

export const checkViews = (index: HistoryIndex): void => {
  const read = new Map<string, number>()
  for (const entry of index.history.entries) {
    if (entry._tag === "shown") order(index, entry.device, entry.conversationId, entry.entries, entry.at)
    else if (entry._tag === "readShown") {
      const key = `${entry.device} ${entry.conversationId}`
      const before = read.get(key) ?? 0
      const userId = index.userOf.get(entry.device)
      const own = userId === undefined ? undefined : index.stays.get(entry.conversationId)?.get(userId)
      if (entry.upTo < before && !hasLeft(own))
        index.report(
          "cursor-back",
          `${entry.device} showed its read cursor in ${entry.conversationId} at ${before}, then at ${entry.upTo}`,
          entry.at
        )
      read.set(key, entry.upTo)
    }
  }
  for (const view of index.history.views) {
    order(index, view.device, view.conversationId, view.shown, undefined)
    converged(index, view)
  }
}

const order = (
  { report }: HistoryIndex,
  device: DeviceId,
  conversationId: ConversationId,
  shown: ReadonlyArray<ShownRow>,
  at: number | undefined
): void => {
  let last = 0
  const ids = new Set<string>()
  for (const entry of shown) {
    const from = entry._tag === "row" ? entry.row.seq : entry.from
    if (from === last) report("duplicate-shown", `${device} showed ${from} of ${conversationId} twice`, at)
    else if (from < last) report("not-sorted", `${device} showed ${from} of ${conversationId} after ${last}`, at)
    last = entry._tag === "row" ? entry.row.seq : entry.to
    if (entry._tag !== "row") continue
    const { id, replyTo, seq } = entry.row
    if (ids.has(id)) report("duplicate-shown", `${device} showed ${id} of ${conversationId} twice`, at)
    ids.add(id)
    if (replyTo !== undefined && replyTo >= seq)
      report("effect-before-target", `${device} showed ${seq} of ${conversationId} as an answer to ${replyTo}`, at)
  }
}

const converged = ({ history, report }: HistoryIndex, view: FinalView): void => {
  const { conversationId, device, fresh, readUpTo, shown, unread } = view
  if (history.gone.has(device)) return
  const where = `${device} in ${conversationId}`
  if (fresh === undefined) return report("diverged", `${where} still has a conversation that it may not read`)
  const rows = shown.flatMap((entry) => (entry._tag === "row" && !entry.stale && !entry.changing ? [entry.row] : []))
  if (rows.length !== shown.length) report("diverged", `${where} shows gaps, stale rows or changes at the end`)
  const differing = fresh.findIndex((row, i) => !isSame(row, rows[i]))
  if (differing >= 0) report("diverged", `${where} shows ${JSON.stringify(rows[differing])} instead of ${JSON.stringify(fresh[differing])}`)
  else if (rows.length > fresh.length) report("diverged", `${where} shows ${rows.length - fresh.length} rows that are not there`)
  if (readUpTo.shown !== readUpTo.fresh) report("diverged", `${where} shows that ${readUpTo.shown} was read, and it is ${readUpTo.fresh}`)
  if (unread.shown !== unread.fresh) report("diverged", `${where} shows ${unread.shown} unread, and there are ${unread.fresh}`)
}

/** Whatever order the fields stand in; absent and undefined are the same. */
const isSame = (a: MessageRow, b: MessageRow | undefined): boolean => b !== undefined && isEqual(a, b)

const isEqual = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  for (const key of new Set([...left.keys(), ...right.keys()])) if (!isEqual(left.get(key), right.get(key))) return false
  return true
}
