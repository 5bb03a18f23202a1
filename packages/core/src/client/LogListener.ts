/** Who is told of what the logs of a device bring, as it comes. */
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"

export interface LogListener {
  /** An event of the personal log. */
  readonly personal: (event: LogEvent) => void
  /** A line that was read brought a mark set by hand that no event had told. */
  readonly markedAnew: (conversationId: ConversationId) => void
  readonly posted: (conversationId: ConversationId, by: UserId) => void
  /** There is a list now, or a newer one. */
  readonly listed: () => void
  /** What is known of it counts no more: it is not this user's, or its numbers are given anew. */
  readonly forgotten: (conversationId: ConversationId) => void
}
