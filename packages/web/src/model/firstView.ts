/** A conversation's cached view, shown until the live client knows at least as much. */
import type { FeedView, PendingPost, ShownEntry } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationId, Epoch } from "@hibiki/core/domain/Ids"
import type { AnyRow } from "@hibiki/core/domain/MessageRow"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { type Database, epochOf, type FeedHead, orElse, rowsOf } from "../lib/database.ts"

/** Maximum cached rows that the first paint shows. */
export const firstRows = 60

/** Resolves to undefined when nothing is cached. */
export const readFirstView = (
  database: Database,
  conversationId: ConversationId,
  tab: string
): Promise<FeedView | undefined> =>
  orElse(undefined, async () => {
    const transaction = database.transaction(["feeds", "rows", "outbox", "meta"])
    const stored = transaction.objectStore("rows")
    // Few requests at once: walking back row by row takes a turn of the event loop for each.
    const [head, kept, keys, epoch] = await Promise.all([
      transaction.objectStore("feeds").get(conversationId),
      transaction.objectStore("outbox").index("tab").getAll(tab),
      stored.getAllKeys(rowsOf(conversationId)),
      epochOf(transaction)
    ])
    const [, from] = keys.at(-firstRows) ?? keys[0] ?? []
    if (head === undefined || head.bare === true || from === undefined) return undefined
    const rows = await stored.getAll(rowsOf(conversationId, from))
    const own = kept.map(({ row }) => row).filter((row) => row.conversationId === conversationId)
    return firstView(head, rows, keys.length > rows.length, own, epoch)
  })

/** `more`: the cache has older rows too. Leaves out rows of gaps and of unknown kinds, as the client will. */
export const firstView = (
  head: FeedHead,
  rows: ReadonlyArray<AnyRow>,
  more: boolean,
  own: ReadonlyArray<OutboxRow>,
  epoch: Epoch | null
): FeedView => {
  const entries: Array<ShownEntry> = []
  const first = rows[0]?.seq ?? 0
  const holes = head.gaps.filter((gap) => gap.to >= first)
  const below = more || head.gaps.some((gap) => gap.from < first)
  if (below && first > 1) entries.push({ _tag: "gap", from: 1, to: first - 1 })
  let next = 0
  for (const row of rows) {
    for (let hole = holes[next]; hole !== undefined && hole.from < row.seq; hole = holes[++next])
      if (hole.to < row.seq && hole.from >= first) entries.push({ _tag: "gap", from: hole.from, to: hole.to })
    if (!isKnownRow(row) || head.gaps.some((gap) => gap.from <= row.seq && row.seq <= gap.to)) continue
    entries.push({
      _tag: "row",
      row,
      stale: head.stale.some(({ from, to }) => from <= row.seq && row.seq <= to),
      changing: false
    })
  }
  const posts = [...own].filter(({ body }) => body.kind === "post").sort((a, b) => a.order - b.order)
  return {
    conversationId: head.conversationId,
    version: 0,
    epoch,
    cursor: head.cursor,
    entries,
    pending: posts.filter(({ id }) => !rows.some((row) => row.id === id)).flatMap(pendingOf),
    failed: own.filter(({ body, state }) => state === "failed" && body.kind !== "post")
  }
}

const pendingOf = ({ at, body, code, id, state }: OutboxRow): ReadonlyArray<PendingPost> =>
  body.kind === "post"
    ? [{ id, at, text: body.text, replyTo: body.replyTo, state, code, unanswered: state === "sent" }]
    : []

/**
 * Returns the view to show while both exist. The live view once it overlaps the cached one or holds enough by itself.
 * Before that the cached rows with the live view's pending posts, so that nothing flashes or jumps.
 */
export const shownView = (kept: FeedView | undefined, live: FeedView | undefined): FeedView | undefined => {
  if (kept === undefined || live === undefined) return live ?? kept
  if (takesOver(kept, live)) return live
  return { ...kept, version: live.version, pending: live.pending, failed: live.failed }
}

const takesOver = (kept: FeedView, live: FeedView): boolean => {
  let newest = 0
  for (const entry of kept.entries) if (entry._tag === "row") newest = entry.row.seq
  let rows = 0
  let gaps = 0
  for (const entry of live.entries) {
    if (entry._tag === "gap") gaps++
    else if (entry.row.seq <= newest) return true
    else rows++
  }
  return gaps === 0 || rows >= firstRows / 3
}
