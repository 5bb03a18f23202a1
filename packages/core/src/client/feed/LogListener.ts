/** Who is told of what the logs of a device bring, as it comes. */
import type { ConversationId, UserId } from "../../domain/Ids.ts"

export interface LogListener {
  /** A mark set by hand stands that was not heard of before. */
  readonly markedAnew: (conversationId: ConversationId) => void
  readonly posted: (conversationId: ConversationId, by: UserId) => void
  /** There is a list now, or a newer one. */
  readonly listed: () => void
  /** What is known of it counts no more: it is not this user's, or its numbers are given anew. */
  readonly forgotten: (conversationId: ConversationId) => void
}
