/** Port: stores a device's unsettled commands, so that they survive reloads and crashes. */
import { Context, Data, type Effect } from "effect"
import type { CommandId } from "../../domain/Ids.ts"
import type { OutboxRow } from "./OutboxRow.ts"

/** The medium failed. The client logs it and continues: it sends the rows from memory all the same. */
export class OutboxStoreFailed extends Data.TaggedError("OutboxStoreFailed")<{
  readonly operation: "load" | "put" | "remove"
  readonly cause: unknown
}> {}

/**
 * Used by one client at a time. Calls come in the order in which the rows changed, and do not overlap. One exception:
 * after 5 s the client stops waiting for a call. This call must take effect before later ones, or never. The client
 * repeats calls that failed or timed out; they may have taken effect.
 */
export class OutboxStore extends Context.Tag("@hibiki/core/client/outbox/OutboxStore")<
  OutboxStore,
  {
    /** All stored rows, in any order. */
    readonly load: Effect.Effect<ReadonlyArray<OutboxRow>, OutboxStoreFailed>
    /**
     * Inserts or replaces rows by id, all or none. Completes when they would survive the process: a frame goes out only
     * after that. The client stores at most 10,000 rows at once.
     */
    readonly put: (rows: ReadonlyArray<OutboxRow>) => Effect.Effect<void, OutboxStoreFailed>
    /** Ignores ids that are not stored. */
    readonly remove: (ids: ReadonlyArray<CommandId>) => Effect.Effect<void, OutboxStoreFailed>
  }
>() {}
