/**
 * Conversations whose stored rows are not read yet. New events go into such a conversation's feed as usual. The feed is
 * neither shown nor stored until it has the rows, because the store must never have a cursor ahead of its rows. Plain.
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

  /** `book`: all logs that moved. `feeds`: all feeds. */
  constructor(book: CursorBook, feeds: FeedTable) {
    this.#book = book
    this.#feeds = feeds
  }

  /** Takes the cursors that a store returned. */
  restore(cursors: ReadonlyArray<CursorPair>): void {
    this.#cursors = new Map(cursors)
  }

  has(conversationId: ConversationId): boolean {
    return this.#cursors.has(conversationId)
  }

  /** The place of its log in the store. */
  cursor(conversationId: ConversationId): number | undefined {
    return this.#cursors.get(conversationId)
  }

  cursors(): ReadonlyArray<CursorPair> {
    return [...this.#cursors]
  }

  /** This device's place in each conversation, read or not. */
  places(): ReadonlyArray<CursorPair> {
    const pairs: Array<CursorPair> = this.cursors().filter(([id]) => !this.#feeds.has(id))
    for (const [id, feed] of this.#feeds.entries()) if (feed.log.at !== undefined) pairs.push([id, feed.log.at])
    return pairs
  }

  /** Requests a read of the conversation. */
  want(conversationId: ConversationId): void {
    if (this.#cursors.has(conversationId)) this.#wanted.add(conversationId)
  }

  get isWanted(): boolean {
    return this.#wanted.size > 0
  }

  /** At most `most`; the others come with the next call. */
  takeWanted(most: number): ReadonlyArray<ConversationId> {
    const taken = [...this.#wanted].slice(0, most)
    for (const id of taken) this.#wanted.delete(id)
    return taken
  }

  /** The stored rows were read, or are no longer valid. */
  forget(conversationId: ConversationId): void {
    this.#cursors.delete(conversationId)
    this.#wanted.delete(conversationId)
  }

  /** The changes to store for the logs that moved: a feed's cursor only together with its rows. Undefined: none. */
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

  /** The store may hold this change or not: its feeds must be stored whole. */
  putBack({ feeds, gone }: StoreChange): void {
    for (const { conversationId } of feeds) this.#feeds.get(conversationId)?.keepAnew()
    const moved = feeds.map(({ conversationId }) => conversationId).filter((id) => this.#feeds.has(id))
    this.#book.putBack(
      moved,
      gone.filter((id) => !this.#feeds.has(id))
    )
  }

  /** Whether the client may store and acknowledge the changes in a log. */
  readonly isRead = (id: ConversationId): boolean => !this.#cursors.has(id)

  clear(): void {
    this.#cursors.clear()
    this.#wanted.clear()
  }
}
