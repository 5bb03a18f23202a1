/**
 * The feeds of a device's conversations, and the stream places of those whose feed it dropped. Plain. Bound: one feed
 * or stream per conversation.
 */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { Feed } from "./Feed.ts"
import { keptRowsMax } from "./KeptFeed.ts"
import { LogCursor } from "./LogCursor.ts"

export class FeedTable {
  readonly #feeds = new Map<ConversationId, Feed>()
  /**
   * Streams of forgotten conversations on this socket. The membership that the personal log ends may be one from before
   * the stream began. The stream then continues from there, and states its place only once.
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

  /** A new feed, which begins at the stream's place, if there is one. */
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

  /** A new socket states its own places. */
  disconnected(): void {
    this.#streams.clear()
    for (const feed of this.#feeds.values()) feed.log.disconnected()
  }

  /**
   * A frame of a forgotten conversation: its stream now stands above `seq`. `own`: an answer reported it, so the stream
   * may bring it too.
   */
  moved(id: ConversationId, seq: number, own: boolean): void {
    const stream = this.#stream(id)
    if (!own) stream.jump(seq)
    else if (seq === stream.next) stream.jumpAside(seq)
  }

  /** The log of a forgotten conversation was replaced by another one. */
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
/** How many rows above the bound a feed may grow before they are dropped. */
const closedSlack = 100

/**
 * Counts who has each conversation open, and bounds the rows of the others. Plain. Bound: a feed that is not open keeps
 * `closedRows` rows.
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

  /** Drops rows of a feed that is not open. `grows`: the feed is still taking in events. True: some were dropped. */
  trim(feed: Feed, grows: boolean): boolean {
    if (this.has(feed.conversationId) || feed.size <= closedRows + (grows ? closedSlack : 0)) return false
    feed.trim(closedRows)
    return true
  }
}
