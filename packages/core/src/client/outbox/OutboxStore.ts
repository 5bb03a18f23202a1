/** Port: where a device keeps its unsettled commands through reloads and crashes. */
import { Context, Data, type Effect } from "effect"
import type { CommandId } from "../../domain/Ids.ts"
import type { OutboxRow } from "./OutboxRow.ts"

/** The medium failed. The client logs it and goes on: what it holds in memory is sent all the same. */
export class OutboxStoreFailed extends Data.TaggedError("OutboxStoreFailed")<{
  readonly operation: "load" | "put" | "remove"
  readonly cause: unknown
}> {}

/**
 * Used by one client at a time: calls come in the order in which the rows changed, and do not overlap, but for one that
 * the client gave up waiting for (after 5 s): it must take effect before those that come later, or never. What failed
 * or was given up is asked for again, and may have taken effect.
 */
export class OutboxStore extends Context.Tag("@hibiki/core/client/outbox/OutboxStore")<
  OutboxStore,
  {
    /** All rows kept, in any order. */
    readonly load: Effect.Effect<ReadonlyArray<OutboxRow>, OutboxStoreFailed>
    /**
     * Inserts or replaces rows by id, all or none. Done when they outlive the process: a frame goes out only after
     * that. At most 10,000 rows are kept at once.
     */
    readonly put: (rows: ReadonlyArray<OutboxRow>) => Effect.Effect<void, OutboxStoreFailed>
    /** Ids that are not kept are no failure. */
    readonly remove: (ids: ReadonlyArray<CommandId>) => Effect.Effect<void, OutboxStoreFailed>
  }
>() {}
