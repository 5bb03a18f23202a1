/**
 * Port: where a device keeps its places in the logs and the newest rows of its conversations, so that a restart goes on
 * where it stood.
 */
import { Context, Data, type Effect } from "effect"
import type { ConversationId, Epoch } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"
import type { FeedChange, KeptFeed } from "../feed/KeptFeed.ts"
import type { ReadsChange } from "../list/ReadCursors.ts"

/** The medium failed. The client logs it and goes on; at worst it reads more than it needs after a restart. */
export class ClientStoreFailed extends Data.TaggedError("ClientStoreFailed")<{
  readonly operation: "load" | "feed" | "save" | "saveReads"
  readonly cause: unknown
}> {}

export interface KeptCursors {
  /** The epoch that the cursors belong to; null before the first welcome. */
  readonly epoch: Epoch | null
  /** Of every feed, and of the logs that have no rows. */
  readonly cursors: ReadonlyArray<CursorPair>
  /** How far was read in conversations, as `saveReads` kept it in the same epoch. */
  readonly reads: ReadonlyArray<CursorPair>
}

export interface StoreChange {
  readonly epoch: Epoch
  /** Conversations, each once. */
  readonly feeds: ReadonlyArray<FeedChange>
  /** Logs without rows: raised or added. */
  readonly cursors: ReadonlyArray<CursorPair>
  /**
   * Logs that are not this user's any more: their cursors and rows are dropped. None of them is in `feeds` or
   * `cursors`.
   */
  readonly gone: ReadonlyArray<ConversationId>
}

/**
 * Of one user, and used by one client at a time: two that save into one store would each undo what the other's cursors
 * stand on. Only `saveReads` may come from several, since it changes nothing but what it names. Calls do not overlap,
 * but for a save that the client gave up waiting for (after 5 s): it must take effect before those that come later, or
 * never.
 *
 * A store may keep no rows: `feed` answers undefined, and of `feeds` only the cursors are kept.
 */
export class ClientStore extends Context.Tag("@hibiki/core/client/store/ClientStore")<
  ClientStore,
  {
    /** Read once, at the start. */
    readonly load: Effect.Effect<KeptCursors, ClientStoreFailed>
    /**
     * What is kept of a conversation, with the cursor that `load` told of it; undefined when no rows are. Asked when it
     * is opened or something of it happens, at most once for each, and never after a `save` that names it.
     */
    readonly feed: (conversationId: ConversationId) => Effect.Effect<KeptFeed | undefined, ClientStoreFailed>
    /**
     * One transaction: all of it is kept or none, so that a kept feed is right as of its kept cursor also after a
     * crash. With another epoch than the kept one, everything kept before is dropped first. Comes at most once a
     * second.
     */
    readonly save: (change: StoreChange) => Effect.Effect<void, ClientStoreFailed>
    /**
     * One transaction, in which `changeReads` is applied to what is kept then. Comes at most once a second, and seldom
     * while there is a connection.
     */
    readonly saveReads: (epoch: Epoch, change: ReadsChange) => Effect.Effect<void, ClientStoreFailed>
  }
>() {}
