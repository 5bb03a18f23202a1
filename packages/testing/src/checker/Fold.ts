/**
 * A log folded to the rows that readers must find in the end. Written separately from `domain/RowRules.ts`, by which
 * stores and clients fold: a fault there must not hide here.
 */
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { rowKinds } from "@hibiki/core/domain/RowKinds"

export interface FoldedRow {
  readonly event: LogEvent
  text: string | undefined
  isDeleted: boolean
  isPinned: boolean
  readonly reactions: Map<string, Set<UserId>>
}

const isRow = ({ kind }: LogEvent): boolean => (rowKinds as ReadonlyArray<string>).includes(kind)

/** By seq, ascending. */
export const foldLog = (events: ReadonlyArray<LogEvent>): ReadonlyMap<number, FoldedRow> => {
  const rows = new Map<number, FoldedRow>()
  for (const event of events) {
    if (isRow(event)) {
      const text = event.kind === "posted" ? event.text : undefined
      rows.set(event.seq, { event, text, isDeleted: false, isPinned: false, reactions: new Map() })
    }
    const row = "target" in event ? rows.get(event.target) : undefined
    if (row === undefined || row.isDeleted) continue
    if (event.kind === "pinned" || event.kind === "unpinned") row.isPinned = event.kind === "pinned"
    else if (event.kind === "edited") row.text = event.text
    else if (event.kind === "deleted") {
      row.text = ""
      row.isDeleted = true
      row.isPinned = false
      row.reactions.clear()
    } else if (event.kind === "reacted")
      row.reactions.set(event.emoji, (row.reactions.get(event.emoji) ?? new Set()).add(event.by))
    else if (event.kind === "unreacted") row.reactions.get(event.emoji)?.delete(event.by)
  }
  return rows
}

/** Whether `row`, as `viewer` reads it, matches the log. */
export const saysTheSame = (folded: FoldedRow, row: MessageRow, viewer: UserId): boolean => {
  const { event } = folded
  if (row.id !== event.id || row.by !== event.by || row.kind !== event.kind) return false
  if ((row.pinned === true) !== folded.isPinned) return false
  if ((row.deleted === true) !== folded.isDeleted || (row.text ?? "") !== (folded.text ?? "")) return false
  const replyTo = event.kind === "posted" && !folded.isDeleted ? event.replyTo : undefined
  if (row.replyTo !== (event.kind === "pinned" ? event.target : replyTo)) return false
  const reactions = row.reactions ?? []
  let kinds = 0
  for (const [emoji, users] of folded.reactions) {
    if (users.size === 0) continue
    kinds++
    const shown = reactions.find((reaction) => reaction.emoji === emoji)
    if (shown?.count !== users.size || shown.mine !== users.has(viewer)) return false
  }
  return kinds === reactions.length
}
