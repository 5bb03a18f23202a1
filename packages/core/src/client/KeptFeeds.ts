/**
 * Conversations of which a store keeps rows that were not read yet. What happens in one meanwhile goes into its feed as ever; that feed is neither
 * shown nor kept until the rows are in it, since its cursor must never be kept ahead of them. Plain.
 */
import type { ConversationId, Epoch } from "../domain/Ids.ts"
import type { CursorPair } from "../protocol/ClientFrame.ts"
import type { StoreChange } from "./ClientStore.ts"
import type { CursorBook } from "./CursorBook.ts"
import type { Feed } from "./Feed.ts"
import type { PersonalFeed } from "./PersonalFeed.ts"

export class KeptFeeds {
  #cursors = new Map<ConversationId, number>()
  readonly #wanted = new Set<ConversationId>()

  /** What a store has told. */
  restore(cursors: ReadonlyArray<CursorPair>): void {
    this.#cursors = new Map(cursors)
  }

  has(conversationId: ConversationId): boolean {
    return this.#cursors.has(conversationId)
  }

  /** Where its log stood when it was kept. */
  cursor(conversationId: ConversationId): number | undefined {
    return this.#cursors.get(conversationId)
  }

  cursors(): ReadonlyArray<CursorPair> {
    return [...this.#cursors]
  }

  /** It is to be read now. */
  want(conversationId: ConversationId): void {
    if (this.#cursors.has(conversationId)) this.#wanted.add(conversationId)
  }

  get isWanted(): boolean {
    return this.#wanted.size > 0
  }

  /** At most `most`; the others come next time. */
  takeWanted(most: number): ReadonlyArray<ConversationId> {
    const taken = [...this.#wanted].slice(0, most)
    for (const id of taken) this.#wanted.delete(id)
    return taken
  }

  /** It was read, or what is kept of it does not count any more. */
  forget(conversationId: ConversationId): void {
    this.#cursors.delete(conversationId)
    this.#wanted.delete(conversationId)
  }

  /** What a store has to keep of the logs that moved: a feed's cursor only together with its rows. Undefined: nothing. */
  takeChange(
    epoch: Epoch,
    book: CursorBook,
    all: ReadonlyMap<ConversationId, Feed>,
    personal: PersonalFeed | undefined
  ): StoreChange | undefined {
    const { gone, moved } = book.takeMoved(this.isRead)
    const feeds = moved.flatMap((id) => all.get(id)?.takeChange() ?? [])
    const cursors = moved.flatMap(
      (id): ReadonlyArray<CursorPair> => (!all.has(id) && personal?.log.at !== undefined ? [[id, personal.log.at]] : [])
    )
    return feeds.length + cursors.length + gone.length === 0 ? undefined : { epoch, feeds, cursors, gone }
  }

  /** The store may have this change or not: its feeds are to be kept whole. */
  putBack(change: StoreChange, book: CursorBook, all: ReadonlyMap<ConversationId, Feed>): void {
    for (const { conversationId } of change.feeds) all.get(conversationId)?.keepAnew()
    const moved = change.feeds.map(({ conversationId }) => conversationId).filter((id) => all.has(id))
    book.putBack(
      moved,
      change.gone.filter((id) => !all.has(id))
    )
  }

  /** Whether what moves in a log may be kept and acknowledged. */
  readonly isRead = (id: ConversationId): boolean => !this.#cursors.has(id)

  clear(): void {
    this.#cursors.clear()
    this.#wanted.clear()
  }
}
