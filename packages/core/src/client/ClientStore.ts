/** Port: where a device keeps its places in the logs, so that a restart goes on where it stood. */
import { Context, Data, type Effect } from "effect"
import type { ConversationId, Epoch } from "../domain/Ids.ts"
import type { CursorPair } from "../protocol/ClientFrame.ts"

/** The medium failed. The client logs it and goes on; at worst it reads more than it needs after a restart. */
export class ClientStoreFailed extends Data.TaggedError("ClientStoreFailed")<{
  readonly operation: "load" | "save"
  readonly cause: unknown
}> {}

export interface KeptCursors {
  /** The epoch that the cursors belong to; null before the first welcome. */
  readonly epoch: Epoch | null
  readonly cursors: ReadonlyArray<CursorPair>
}

/** Used by one client at a time. */
export class ClientStore extends Context.Tag("@hibiki/core/client/ClientStore")<
  ClientStore,
  {
    readonly load: Effect.Effect<KeptCursors, ClientStoreFailed>
    /** Sets the epoch, raises or adds `cursors` and forgets `gone`; with another epoch than the kept one all former cursors are dropped first. */
    readonly save: (change: KeptCursors & { readonly gone: ReadonlyArray<ConversationId> }) => Effect.Effect<void, ClientStoreFailed>
  }
>() {}
