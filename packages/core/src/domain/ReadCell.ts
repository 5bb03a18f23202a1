/**
 * How far a user has read a conversation, and its unread mark. A cell is not an event: reads overwrite it, and the
 * user's devices receive its value at that time. Notices of cells may be lost, repeated or out of order: receivers
 * merge them.
 */
import type { ConversationId } from "./Ids.ts"

export interface ReadCell {
  readonly conversationId: ConversationId
  /** The personal log's head when the cell had this value: a mark up to it that is not in the cell was removed. */
  readonly asOf: number
  readonly readUpTo: number
  /** The current mark: its place in the conversation, and the seq of its event in the personal log. Both or neither. */
  readonly markedUnreadAt?: number | undefined
  readonly markedSeq?: number | undefined
}

/**
 * Returns the later of two states of a cell. Under the personal log's lock neither number decreases, and only a new
 * event sets a mark.
 */
export const laterCell = (a: ReadCell, b: ReadCell): ReadCell => {
  if (a.asOf !== b.asOf) return a.asOf > b.asOf ? a : b
  if (a.readUpTo !== b.readUpTo) return a.readUpTo > b.readUpTo ? a : b
  return a.markedSeq === undefined ? a : b
}
