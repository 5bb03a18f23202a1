/**
 * A conversation's stored rows, which survive reloads: right as of one cursor, without later changes. Plain data, so
 * that a store may write it as it is.
 */
import type { ConversationId } from "../../domain/Ids.ts"
import type { AnyRow, MessageRow } from "../../domain/MessageRow.ts"
import type { SeqRange } from "./LogCursor.ts"

/** The number of stored rows per conversation, the newest; older ones are a gap again. */
export const keptRowsMax = 500

/**
 * A range whose rows are right as of an earlier seq than the feed's cursor: the client must ask for the changes since
 * before it trusts them.
 */
export interface StaleRange extends SeqRange {
  readonly asOf: number
}

/**
 * Each seq up to the cursor is in a gap (unknown), stale, or right as of the cursor. If a seq is in none of them and
 * has no row, it has no row that this client knows.
 */
export interface KeptFeed {
  readonly conversationId: ConversationId
  readonly cursor: number
  readonly gaps: ReadonlyArray<SeqRange>
  readonly stale: ReadonlyArray<StaleRange>
  /** Ascending by seq. A reader ignores rows in a gap, and rows that only a newer client knows. */
  readonly rows: ReadonlyArray<AnyRow>
}

/** The change that makes a stored feed right as of another cursor. It is right only if applied whole. */
export interface FeedChange {
  readonly conversationId: ConversationId
  /** These three replace the previous ones; the cursor may go back. */
  readonly cursor: number
  readonly gaps: ReadonlyArray<SeqRange>
  readonly stale: ReadonlyArray<StaleRange>
  /** The stored feed is no longer valid: drop its rows first. */
  readonly anew: boolean
  /** Drop rows below this seq. */
  readonly from: number
  /** Insert each row, or replace the row of the same seq. */
  readonly put: ReadonlyArray<MessageRow>
}

/** Applies a change, for stores that hold a feed in one piece. */
export const keepChange = (kept: KeptFeed | undefined, change: FeedChange): KeptFeed => {
  const rows = new Map<number, AnyRow>()
  if (kept !== undefined && !change.anew)
    for (const row of kept.rows) if (row.seq >= change.from) rows.set(row.seq, row)
  for (const row of change.put) rows.set(row.seq, row)
  const { conversationId, cursor, gaps, stale } = change
  return { conversationId, cursor, gaps, stale, rows: [...rows.values()].sort((a, b) => a.seq - b.seq) }
}
