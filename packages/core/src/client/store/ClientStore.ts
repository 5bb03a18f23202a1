/**
 * Port: stores a device's places in the logs and the newest rows of its conversations, so that a restart continues from
 * there.
 */
import { Context, Data, type Effect } from "effect"
import type { ConversationId, Epoch } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"
import type { FeedChange, KeptFeed } from "../feed/KeptFeed.ts"
import type { ReadsChange } from "../list/ReadCursors.ts"

/** The medium failed. The client logs it and continues; at worst it reads more than it needs after a restart. */
export class ClientStoreFailed extends Data.TaggedError("ClientStoreFailed")<{
  readonly operation: "load" | "feed" | "save" | "saveReads"
  readonly cause: unknown
}> {}

export interface KeptCursors {
  /** The epoch of the cursors; null before the first welcome. */
  readonly epoch: Epoch | null
  /** For every feed, and for the logs without rows. */
  readonly cursors: ReadonlyArray<CursorPair>
  /** Read positions in conversations, as `saveReads` stored them in the same epoch. */
  readonly reads: ReadonlyArray<CursorPair>
}

export interface StoreChange {
  readonly epoch: Epoch
  /** Conversations, each once. */
  readonly feeds: ReadonlyArray<FeedChange>
  /** Logs without rows: raised or added. */
  readonly cursors: ReadonlyArray<CursorPair>
  /** Logs that no longer belong to this user: drop their cursors and rows. None of them is in `feeds` or `cursors`. */
  readonly gone: ReadonlyArray<ConversationId>
}

/**
 * Belongs to one user, and is used by one client at a time: if two clients saved into one store, each would break the
 * state on which the other's cursors rest. Only `saveReads` may come from several, since it changes only the entries
 * that it names. Calls do not overlap, with one exception: after 5 s the client stops waiting for a save. This save
 * must take effect before later calls, or never.
 *
 * A store may hold no rows: then `feed` returns undefined, and from `feeds` it stores only the cursors.
 */
export class ClientStore extends Context.Tag("@hibiki/core/client/store/ClientStore")<
  ClientStore,
  {
    /** Called once, at the start. */
    readonly load: Effect.Effect<KeptCursors, ClientStoreFailed>
    /**
     * The stored feed of a conversation, with the cursor that `load` returned for it; undefined when no rows are
     * stored. Called when the conversation is opened or something happens in it, at most once for each, and never after
     * a `save` that names it.
     */
    readonly feed: (conversationId: ConversationId) => Effect.Effect<KeptFeed | undefined, ClientStoreFailed>
    /**
     * One transaction: stores all of it or nothing, so that a stored feed matches its stored cursor even after a crash.
     * If the epoch differs from the stored one, drops everything stored before. Called at most once a second.
     */
    readonly save: (change: StoreChange) => Effect.Effect<void, ClientStoreFailed>
    /**
     * One transaction that applies `changeReads` to the stored entries. Called at most once a second, and rarely while
     * there is a connection.
     */
    readonly saveReads: (epoch: Epoch, change: ReadsChange) => Effect.Effect<void, ClientStoreFailed>
  }
>() {}
