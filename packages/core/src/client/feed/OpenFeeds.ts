/**
 * Which conversations somebody looks at, by how many, and how much is kept of the others. Plain. Bound: a feed that is
 * not open keeps `closedRows` rows.
 */
import type { ConversationId } from "../../domain/Ids.ts"
import type { Feed } from "./Feed.ts"
import { keptRowsMax } from "./KeptFeed.ts"

const closedRows = keptRowsMax
/** So many more are let grow before they are let go. */
const closedSlack = 100

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
