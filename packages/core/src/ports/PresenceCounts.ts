/** Port: the counts of people online, by closed buckets of five minutes, without anybody's id. Stored for 13 months. */
import { Context, type Effect } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import type { CountsPoint, HistoryRange, PresenceBucket } from "../domain/PresenceCounts.ts"
import type { StoreUnavailable } from "./EventStore.ts"

export class PresenceCounts extends Context.Tag("@hibiki/core/ports/PresenceCounts")<
  PresenceCounts,
  {
    /**
     * Takes or renews the right to count, for `forMs` of the store's time. False: another process has it. So one
     * process of a cluster counts.
     */
    readonly lead: (holder: string, forMs: number) => Effect.Effect<boolean, StoreUnavailable>
    /** Whether some process has this right now. */
    readonly counting: Effect.Effect<boolean, StoreUnavailable>
    /** If the bucket is stored already, as after a change of the counting process, the larger counts remain. */
    readonly store: (bucket: PresenceBucket) => Effect.Effect<void, StoreUnavailable>
    /**
     * The largest counts of each step of the range, ascending by time. Undefined: over the whole server. A step without
     * a stored bucket is left out, and so is one in which a conversation with nobody counted may have had people.
     */
    readonly points: (
      conversationId: ConversationId | undefined,
      range: HistoryRange
    ) => Effect.Effect<ReadonlyArray<CountsPoint>, StoreUnavailable>
  }
>() {}
