/**
 * Conversations of which a store keeps rows that were not read yet. What happens in one meanwhile goes into its feed as
 * ever; that feed is neither shown nor kept until the rows are in it, since its cursor must never be kept ahead of
 * them. Plain.
 */
import type { ConversationId, Epoch } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"
import type { FeedTable } from "../feed/FeedTable.ts"
import type { CursorBook } from "../feed/LogCursor.ts"
import type { PersonalFeed } from "../list/PersonalFeed.ts"
import type { StoreChange } from "./ClientStore.ts"

export class KeptFeeds {
  readonly #book: CursorBook
  readonly #feeds: FeedTable
  #cursors = new Map<ConversationId, number>()
  readonly #wanted = new Set<ConversationId>()

  /** With all logs that moved, and all feeds. */
  constructor(book: CursorBook, feeds: FeedTable) {
    this.#book = book
    this.#feeds = feeds
  }

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

  /** Where this device stands in each conversation, read or not. */
  places(): ReadonlyArray<CursorPair> {
    const pairs: Array<CursorPair> = this.cursors().filter(([id]) => !this.#feeds.has(id))
    for (const [id, feed] of this.#feeds.entries()) if (feed.log.at !== undefined) pairs.push([id, feed.log.at])
    return pairs
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

  /**
   * What a store has to keep of the logs that moved: a feed's cursor only together with its rows. Undefined: nothing.
   */
  takeChange(epoch: Epoch | null, personal: PersonalFeed | undefined): StoreChange | undefined {
    if (epoch === null) return undefined
    const { gone, moved } = this.#book.takeMoved(this.isRead)
    const feeds = moved.flatMap((id) => this.#feeds.get(id)?.takeChange() ?? [])
    const place = personal?.log.at
    const cursors = moved.flatMap(
      (id): ReadonlyArray<CursorPair> => (this.#feeds.has(id) || place === undefined ? [] : [[id, place]])
    )
    return feeds.length + cursors.length + gone.length === 0 ? undefined : { epoch, feeds, cursors, gone }
  }

  /** The store may have this change or not: its feeds are to be kept whole. */
  putBack({ feeds, gone }: StoreChange): void {
    for (const { conversationId } of feeds) this.#feeds.get(conversationId)?.keepAnew()
    const moved = feeds.map(({ conversationId }) => conversationId).filter((id) => this.#feeds.has(id))
    this.#book.putBack(
      moved,
      gone.filter((id) => !this.#feeds.has(id))
    )
  }

  /** Whether what moves in a log may be kept and acknowledged. */
  readonly isRead = (id: ConversationId): boolean => !this.#cursors.has(id)

  clear(): void {
    this.#cursors.clear()
    this.#wanted.clear()
  }
}
