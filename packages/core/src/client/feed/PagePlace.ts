/** Which part of a log a page of history tells about: all of it, and not only the rows that are in it. */
import type { HistoryPage } from "../../domain/Conversation.ts"
import type { SeqRange } from "./LogCursor.ts"

/**
 * What a page was asked for, in seqs that are not part of it; with neither it was asked for by the newest rows, or
 * around one.
 */
export interface PagePlace {
  readonly before?: number
  readonly after?: number
}

/** Empty (`from` above `to`) when it tells of nothing. */
export const coveredBy = (
  { asOf, moreAfter, moreBefore, rows }: HistoryPage,
  { after, before }: PagePlace
): SeqRange => {
  const first = rows[0]
  const last = rows[rows.length - 1]
  return {
    from: after !== undefined ? after + 1 : moreBefore ? (first?.seq ?? Number.POSITIVE_INFINITY) : 1,
    to: before !== undefined ? before - 1 : moreAfter ? (last?.seq ?? 0) : asOf
  }
}
