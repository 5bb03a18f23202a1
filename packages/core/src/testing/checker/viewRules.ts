/** Rules over what devices showed, on the way and at the end. */
import type { ConversationId, DeviceId } from "../../domain/Ids.ts"
import type { MessageRow } from "../../domain/MessageRow.ts"
import type { FinalView, ShownRow } from "./History.ts"
import type { HistoryIndex } from "./indexHistory.ts"
import { hasLeft } from "./logRules.ts"

export const checkViews = (index: HistoryIndex): void => {
  readCursors(index)
  for (const entry of index.history.entries)
    if (entry._tag === "shown") order(index, entry.device, entry.conversationId, entry.entries, entry.at)
  for (const view of index.history.views) {
    order(index, view.device, view.conversationId, view.shown, undefined)
    converged(index, view)
  }
}

/** What a device shows as read only grows while it lives; after that it is at least what it was told of as stored. */
const readCursors = ({ history, report, stays, userOf }: HistoryIndex): void => {
  const shown = new Map<DeviceId, Map<ConversationId, number>>()
  const stored = new Map<DeviceId, Map<ConversationId, number>>()
  for (const entry of history.entries) {
    if (entry._tag === "started") shown.set(entry.device, new Map(stored.get(entry.device)))
    else if (entry._tag === "received" && entry.frame.op === "events") {
      const known = stored.get(entry.device) ?? new Map<ConversationId, number>()
      stored.set(entry.device, known)
      for (const event of entry.frame.events)
        if (event.kind === "readAdvanced") known.set(event.conversationId, Math.max(event.upTo, known.get(event.conversationId) ?? 0))
    } else if (entry._tag === "readShown") {
      const { at, conversationId, device, upTo } = entry
      const before = shown.get(device)?.get(conversationId) ?? 0
      const userId = userOf.get(device)
      const own = userId === undefined ? undefined : stays.get(conversationId)?.get(userId)
      if (upTo < before && !hasLeft(own))
        report("cursor-back", `${device} showed its read cursor in ${conversationId} at ${before}, then at ${upTo}`, at)
      shown.set(device, (shown.get(device) ?? new Map<ConversationId, number>()).set(conversationId, upTo))
    }
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
