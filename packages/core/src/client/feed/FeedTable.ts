/**
 * The feeds of a device's conversations, and where the streams of those stand that it let go of. Plain. Bound: one feed
 * or stream per conversation.
 */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { Feed } from "./Feed.ts"
import { keptRowsMax } from "./KeptFeed.ts"
import { LogCursor } from "./LogCursor.ts"

export class FeedTable {
  readonly #feeds = new Map<ConversationId, Feed>()
  /**
   * Of forgotten conversations on this socket. The membership whose end the personal log tells may be of before the
   * stream began, which then goes on from there, and says so only once.
   */
  readonly #streams = new Map<ConversationId, LogCursor>()

  get(id: ConversationId): Feed | undefined {
    return this.#feeds.get(id)
  }

  has(id: ConversationId): boolean {
    return this.#feeds.has(id)
  }

  ids(): Iterable<ConversationId> {
    return this.#feeds.keys()
  }

  entries(): Iterable<readonly [ConversationId, Feed]> {
    return this.#feeds
  }

  /** A new one, which begins where the stream stands, if there is any. */
  make(id: ConversationId, viewer: UserId): Feed {
    const feed = new Feed(id, viewer, this.#streams.get(id))
    this.#streams.delete(id)
    this.#feeds.set(id, feed)
    return feed
  }

  forget(id: ConversationId): void {
    const feed = this.#feeds.get(id)
    if (feed === undefined) return
    feed.log.letGo()
    this.#streams.set(id, feed.log)
    this.#feeds.delete(id)
  }

  /** A new socket tells its own places. */
  disconnected(): void {
    this.#streams.clear()
    for (const feed of this.#feeds.values()) feed.log.disconnected()
  }

  /**
   * A frame of a forgotten conversation: its stream stands above `seq` now. `own`: told by an answer, so that the
   * stream may tell it, too.
   */
  moved(id: ConversationId, seq: number, own: boolean): void {
    const stream = this.#stream(id)
    if (!own) stream.jump(seq)
    else if (seq === stream.next) stream.jumpAside(seq)
  }

  /** The log of a forgotten conversation is another one now. */
  reset(id: ConversationId, head: number): void {
    this.#stream(id).reset(head)
  }

  clear(): void {
    this.#feeds.clear()
    this.#streams.clear()
  }

  #stream(id: ConversationId): LogCursor {
    const known = this.#streams.get(id)
    const stream = known ?? new LogCursor()
    if (known === undefined) this.#streams.set(id, stream)
    return stream
  }
}

const closedRows = keptRowsMax
/** So many more are let grow before they are let go. */
const closedSlack = 100

/**
 * Which conversations somebody looks at, by how many, and how much is kept of the others. Plain. Bound: a feed that is
 * not open keeps `closedRows` rows.
 */
export class OpenFeeds {
  readonly #lookers = new Map<ConversationId, number>()

  get ids(): ReadonlyMap<ConversationId, unknown> {
    return this.#lookers
  }

  has(id: ConversationId): boolean {
    return this.#lookers.has(id)
  }

  open(id: ConversationId): void {
    this.#lookers.set(id, (this.#lookers.get(id) ?? 0) + 1)
  }

  close(id: ConversationId): void {
    const left = (this.#lookers.get(id) ?? 0) - 1
    if (left > 0) this.#lookers.set(id, left)
    else this.#lookers.delete(id)
  }

  /** Lets rows go that nobody looks at. `grows`: it takes in what happens. True: some went. */
  trim(feed: Feed, grows: boolean): boolean {
    if (this.has(feed.conversationId) || feed.size <= closedRows + (grows ? closedSlack : 0)) return false
    feed.trim(closedRows)
    return true
  }
}
