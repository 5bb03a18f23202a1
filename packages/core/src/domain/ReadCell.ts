/**
 * How far a person has read a conversation, and the unread mark that stands there. A cell is no event: reads overwrite
 * it, and the person's devices are told what it holds by then. What was told may be lost, repeated or overtaken:
 * whoever hears of cells merges them.
 */
import type { ConversationId } from "./Ids.ts"

export interface ReadCell {
  readonly conversationId: ConversationId
  /** The personal log's head when the cell held this: a mark up to it that is not here was taken away. */
  readonly asOf: number
  readonly readUpTo: number
  /**
   * The mark that stands: its place in the conversation, and the seq of its event in the personal log. Both or neither.
   */
  readonly markedUnreadAt?: number | undefined
  readonly markedSeq?: number | undefined
}

/**
 * The one of two states of a cell that came later. Under the personal log's lock neither number goes back, and only a
 * new event sets a mark.
 */
export const laterCell = (a: ReadCell, b: ReadCell): ReadCell => {
  if (a.asOf !== b.asOf) return a.asOf > b.asOf ? a : b
  if (a.readUpTo !== b.readUpTo) return a.readUpTo > b.readUpTo ? a : b
  return a.markedSeq === undefined ? a : b
}
