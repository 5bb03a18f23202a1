/** One socket's watch over other users as data: whom it asked for, whom it may see, and what it is still to be told. */
import type { UserId } from "../../domain/Ids.ts"
import type { EncodedFrame } from "../../protocol/EncodedFrame.ts"

/** A socket as its watch sees it. */
export interface WatchingSocket {
  readonly userId: UserId
  readonly closed: boolean
  /** It takes no more for now. */
  readonly isFull: boolean
  readonly push: (frame: EncodedFrame) => void
}

export interface Watch {
  readonly socket: WatchingSocket
  wanted: ReadonlyArray<UserId>
  /** Those of `wanted` that the viewer may see, as judged last: the index holds exactly these. */
  visible: Set<UserId>
  /** Visible ones of whom it is to be told. */
  readonly fresh: Set<UserId>
  /** Those who are visible no more, of whom it is to be told that. */
  readonly lost: Set<UserId>
  /** Of the last `watch` frame: `unjudged` until its rights are known, `due` until it is told. */
  answer: "unjudged" | "due" | "given"
  /** When its rights were judged last (ms). */
  judgedAtMs: number
  /** A judgement is put off, or waits for its turn. */
  waiting: boolean
  ended: boolean
}

export const newWatch = (socket: WatchingSocket): Watch => ({
  socket,
  wanted: [],
  visible: new Set(),
  fresh: new Set(),
  lost: new Set(),
  answer: "unjudged",
  judgedAtMs: Number.NEGATIVE_INFINITY,
  waiting: false,
  ended: false
})

/** Who watches whom. Costs nothing for users whom nobody watches. */
export class WatchIndex {
  private readonly watches = new Map<UserId, Set<Watch>>()

  /** Users who are watched by at least one socket. */
  get size(): number {
    return this.watches.size
  }

  of(userId: UserId): Iterable<Watch> {
    return this.watches.get(userId) ?? []
  }

  /** Gives a watch these users to see, in place of those before. */
  set(watch: Watch, visible: Set<UserId>): void {
    for (const userId of watch.visible) if (!visible.has(userId)) this.remove(userId, watch)
    for (const userId of visible) if (!watch.visible.has(userId)) this.add(userId, watch)
    watch.visible = visible
  }

  private add(userId: UserId, watch: Watch): void {
    const known = this.watches.get(userId)
    if (known === undefined) this.watches.set(userId, new Set([watch]))
    else known.add(watch)
  }

  private remove(userId: UserId, watch: Watch): void {
    const known = this.watches.get(userId)
    if (known?.delete(watch) && known.size === 0) this.watches.delete(userId)
  }
}
