/** Port: reads state by calls, where the socket carries only events. */
import { Context, Data, type Effect } from "effect"
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "../../domain/Conversation.ts"
import type { ConversationId } from "../../domain/Ids.ts"
import type { Receipt } from "../../protocol/rpc/PresenceRpcs.ts"

/** Absent, or not visible to this user. */
export class SourceNotFound extends Data.TaggedError("SourceNotFound")<Record<never, never>> {}
/** Not now: the client may repeat the call. */
export class SourceUnavailable extends Data.TaggedError("SourceUnavailable")<{
  readonly retryAfterMs?: number
  readonly cause: unknown
}> {}

/** At most one of the places; if none is given, the newest rows. */
export interface PageRequest {
  readonly conversationId: ConversationId
  readonly before?: number
  readonly after?: number
  readonly around?: number
  readonly limit?: number
}

export class SnapshotSource extends Context.Tag("@hibiki/core/client/feed/SnapshotSource")<
  SnapshotSource,
  {
    /** `me.snapshot` */
    readonly snapshot: Effect.Effect<PersonalSnapshot, SourceUnavailable>
    /** `conversation.get` */
    readonly conversation: (
      conversationId: ConversationId
    ) => Effect.Effect<ConversationSummary, SourceNotFound | SourceUnavailable>
    /** `history.page` */
    readonly page: (request: PageRequest) => Effect.Effect<HistoryPage, SourceNotFound | SourceUnavailable>
    /** `history.changedSince` */
    readonly changedSince: (request: {
      readonly conversationId: ConversationId
      readonly asOf: number
      readonly from: number
      readonly to: number
    }) => Effect.Effect<HistoryPage, SourceNotFound | SourceUnavailable>
    /** `conversation.receipts`: for direct conversations only. */
    readonly receipts: (
      conversationId: ConversationId
    ) => Effect.Effect<ReadonlyArray<Receipt>, SourceNotFound | SourceUnavailable>
  }
>() {}
