/**
 * Conversations that were left, as far as is known: what their streams still bring only settles own commands. Plain.
 * Bound: one entry for each that was left.
 */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import type { FeedTable } from "../feed/FeedTable.ts"
import type { LogFrame } from "../feed/LogCursor.ts"
import type { Outbox } from "../outbox/Outbox.ts"

export class LeftConversations {
  readonly #ids = new Set<ConversationId>()
  readonly #feeds: FeedTable
  readonly #outbox: Outbox

  constructor(feeds: FeedTable, outbox: Outbox) {
    this.#feeds = feeds
    this.#outbox = outbox
  }

  has(id: ConversationId): boolean {
    return this.#ids.has(id)
  }

  add(id: ConversationId): void {
    this.#ids.add(id)
  }

  /** It was joined again. */
  delete(id: ConversationId): void {
    this.#ids.delete(id)
  }

  clear(): void {
    this.#ids.clear()
  }

  /**
   * What was under way at the end, or begins to come before it is known that it was joined again: then its feed begins
   * behind it.
   */
  frame(viewer: UserId, frame: LogFrame): void {
    const { conversationId } = frame
    switch (frame.op) {
      case "events":
        for (const event of frame.events) if (event.by === viewer) this.#outbox.accepted(conversationId, event.id)
        return this.#feeds.moved(conversationId, frame.events.at(-1)?.seq ?? 0, false)
      case "withheld":
        return this.#feeds.moved(conversationId, frame.to, false)
      case "behind":
        return this.#feeds.moved(conversationId, frame.head, false)
      case "reset":
        return this.#feeds.reset(conversationId, frame.head)
      case "accepted":
        this.#outbox.accepted(conversationId, frame.id)
        return this.#feeds.moved(conversationId, frame.seq, true)
    }
  }
}
