/**
 * A conversation's rows as a device keeps them through reloads: right as of one cursor, whatever came after. Plain
 * data, so that a store may keep it as it is.
 */
import type { ConversationId } from "../../domain/Ids.ts"
import type { AnyRow, MessageRow } from "../../domain/MessageRow.ts"
import type { SeqRange } from "./LogCursor.ts"

/** The newest rows of one conversation that are kept; older ones are a gap again. */
export const keptRowsMax = 500

/**
 * A range whose rows are right as of an earlier seq than the feed's cursor: what changed in it since is asked for
 * before it is trusted.
 */
export interface StaleRange extends SeqRange {
  readonly asOf: number
}

/**
 * Each seq up to the cursor is in a gap (unknown), stale, or right as of the cursor. A seq in none of them without a
 * row is no row's that is known here.
 */
export interface KeptFeed {
  readonly conversationId: ConversationId
  readonly cursor: number
  readonly gaps: ReadonlyArray<SeqRange>
  readonly stale: ReadonlyArray<StaleRange>
  /** Ascending by seq. What lies in a gap, if anything, is not looked at, nor what only a newer client knows. */
  readonly rows: ReadonlyArray<AnyRow>
}

/** How what is kept of a conversation becomes right as of another cursor. Only taken as a whole it is right. */
export interface FeedChange {
  readonly conversationId: ConversationId
  /** These three replace the former ones; the cursor may go back. */
  readonly cursor: number
  readonly gaps: ReadonlyArray<SeqRange>
  readonly stale: ReadonlyArray<StaleRange>
  /** Nothing that is kept of it counts any more: its rows are dropped first. */
  readonly anew: boolean
  /** Rows below this seq are dropped. */
  readonly from: number
  /** Inserted, or put in place of the row of the same seq. */
  readonly put: ReadonlyArray<MessageRow>
}

/** The rule of a change, for stores that hold a feed in one piece. */
export const keepChange = (kept: KeptFeed | undefined, change: FeedChange): KeptFeed => {
  const rows = new Map<number, AnyRow>()
  if (kept !== undefined && !change.anew)
    for (const row of kept.rows) if (row.seq >= change.from) rows.set(row.seq, row)
  for (const row of change.put) rows.set(row.seq, row)
  const { conversationId, cursor, gaps, stale } = change
  return { conversationId, cursor, gaps, stale, rows: [...rows.values()].sort((a, b) => a.seq - b.seq) }
}
