/** A conversation as it is shown: rows with what this device has asked to change, gaps, and its own posts still on their way. Plain. */
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, UserId } from "../domain/Ids.ts"
import type { MessageRow } from "../domain/MessageRow.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import { applyChange } from "../domain/RowRules.ts"
import type { BadFrameCode } from "../protocol/ServerFrame.ts"
import type { Feed } from "./Feed.ts"
import type { OutboxRow, OutboxRowState } from "./OutboxRow.ts"

export type ShownEntry =
  /** `changing`: the row shows a change of this device's that is not settled. `stale`: others may have changed it since it was read. */
  | { readonly _tag: "row"; readonly row: MessageRow; readonly stale: boolean; readonly changing: boolean }
  | { readonly _tag: "gap"; readonly from: number; readonly to: number }

/** A post of this device that is not a row yet. */
export interface PendingPost {
  readonly id: CommandId
  readonly at: number
  readonly text: string
  readonly replyTo?: number | undefined
  /** `stored`: accepted, its place in the stream is still to come. */
  readonly state: OutboxRowState | "stored"
  readonly code?: RefusalCode | BadFrameCode | undefined
  /** The last answer did not come: it may be stored. */
  readonly unanswered: boolean
}

export interface FeedView {
  readonly conversationId: ConversationId
  /** Changes whenever anything here does. */
  readonly version: number
  readonly cursor: number
  readonly entries: ReadonlyArray<ShownEntry>
  readonly pending: ReadonlyArray<PendingPost>
  /** Edits, deletes and reactions that were refused for good. */
  readonly failed: ReadonlyArray<OutboxRow>
}

/** What an accepted command of the viewer's is in the log. */
export const eventOf = ({ body, id }: OutboxRow, seq: number, at: number, by: UserId): LogEvent => {
  const base = { seq, id, by, at }
  switch (body.kind) {
    case "post":
      return body.replyTo === undefined
        ? { ...base, kind: "posted", text: body.text }
        : { ...base, kind: "posted", text: body.text, replyTo: body.replyTo }
    case "edit":
      return { ...base, kind: "edited", target: body.target, text: body.text }
    case "delete":
      return { ...base, kind: "deleted", target: body.target }
    case "react":
      return { ...base, kind: body.on ? "reacted" : "unreacted", target: body.target, emoji: body.emoji }
  }
}

/** `stored`: rows of the outbox that were accepted ahead of the stream. */
export const viewOf = (
  feed: Feed,
  rows: ReadonlyArray<OutboxRow>,
  stored: ReadonlyArray<OutboxRow>,
  unanswered: boolean,
  version: number
): FeedView => {
  const changes = new Map<number, Array<OutboxRow>>()
  for (const row of [...stored, ...rows]) {
    if (row.body.kind === "post" || row.state === "failed") continue
    const ofTarget = changes.get(row.body.target)
    if (ofTarget === undefined) changes.set(row.body.target, [row])
    else ofTarget.push(row)
  }
  const entries = feed.timeline().map((entry): ShownEntry => {
    if (entry._tag === "gap") return entry
    const own = changes.size === 0 ? undefined : changes.get(entry.row.seq)
    return own === undefined ? { ...entry, changing: false } : { ...entry, row: withChanges(entry.row, own, feed.viewer), changing: true }
  })
  const pending = [
    ...stored.flatMap((row) => pendingPost(feed, row, "stored", false)),
    ...rows.flatMap((row) => pendingPost(feed, row, row.state, unanswered && row.state === "sent"))
  ]
  const failed = rows.filter((row) => row.state === "failed" && row.body.kind !== "post")
  return { conversationId: feed.conversationId, version, cursor: feed.cursor, entries, pending, failed }
}

const pendingPost = (feed: Feed, row: OutboxRow, state: PendingPost["state"], unanswered: boolean): ReadonlyArray<PendingPost> =>
  row.body.kind !== "post" || feed.holds(row.id)
    ? []
    : [{ id: row.id, at: row.at, text: row.body.text, replyTo: row.body.replyTo, state, code: row.code, unanswered }]

/** The row as it will be when these are stored; its `rev` stays that of the log. */
const withChanges = (row: MessageRow, changes: ReadonlyArray<OutboxRow>, viewer: UserId): MessageRow => {
  let shown = row
  for (const change of changes)
    shown = { ...applyChange({ ...shown, rev: 0 }, eventOf(change, row.rev + 1, change.at, viewer), viewer), rev: row.rev }
  return shown
}
