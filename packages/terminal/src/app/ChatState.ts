/** The person's current view, and the numbers under which conversations are shown. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"

export interface Opened {
  readonly conversationId: ConversationId
  /** The read cursor at the opening, if there were unread messages: the position of the line "new". */
  readonly unreadAfter: number | undefined
  /** Whether the list has contained it since. Once it disappears from the list, the person is no longer a member. */
  listed: boolean
  /** Tells the client that nobody looks at it any more. */
  readonly close: () => void
}

export class ChatState {
  opened: Opened | undefined
  /** The last list of devices shown, for `/revoke N`. */
  devices: ReadonlyArray<DeviceId> = []
  /** The position at which the last search ended, if there is more to search; only for `/search`. */
  search:
    | { readonly conversationId: ConversationId; readonly text: string; readonly before: number | undefined }
    | undefined
  readonly #numbers = new Map<ConversationId, number>()
  #next = 1

  /** Conversations with their numbers, which stay the same while the chat runs, ordered by them. */
  numbered(
    conversations: ReadonlyArray<ConversationSummary>
  ): ReadonlyArray<{ readonly number: number; readonly summary: ConversationSummary }> {
    const byActivity = conversations
      .filter(({ conversationId }) => !this.#numbers.has(conversationId))
      .sort((a, b) => lastAt(b) - lastAt(a))
    for (const { conversationId } of byActivity) this.#numbers.set(conversationId, this.#next++)
    return conversations
      .map((summary) => ({ number: this.#numbers.get(summary.conversationId) ?? 0, summary }))
      .sort((a, b) => a.number - b.number)
  }
}

const lastAt = ({ last }: ConversationSummary): number => last?.at ?? 0
