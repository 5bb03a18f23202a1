/** Port: the logs. What is in them is true; everything else in the system is a hint about it. */
import { Context, Data, type Effect } from "effect"
import type { Command } from "../commands/Command.ts"
import type { Decision, LogChange } from "../commands/Decision.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId, Epoch, UserId } from "../domain/Ids.ts"

/** The store did not answer, or not in time. What was asked may have been done. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly cause: unknown
}> {}

/**
 * The store is there and will not take this batch, for a reason that trying again does not mend. Nothing of it was
 * stored.
 */
export class BatchRejected extends Data.TaggedError("BatchRejected")<{ readonly cause: unknown }> {}

export interface AppendOptions {
  /**
   * Waits a moment for what is locked elsewhere before it is set aside. For one command of many logs, which is hardly
   * ever met with all of them free.
   */
  readonly waits?: boolean
}

export interface AppendResult {
  /** The store's epoch; a process that meets another than its own starts anew. */
  readonly epoch: Epoch
  /** One per command, in the order given. */
  readonly decisions: ReadonlyArray<Decision>
  /** Every log that a stored or repeated command changed, personal logs included, each once. */
  readonly changes: ReadonlyArray<LogChange>
}

/** A log's events as one reader may see them. */
export interface LogSlice {
  readonly log: ConversationId
  readonly userId: UserId
  /** False: not a member, or no such log. Then `events` is empty and the numbers are 0. */
  readonly member: boolean
  /** Events below are cut away (`first`) or not for this reader (`visibleFrom`, which is never below `first`). */
  readonly first: number
  readonly visibleFrom: number
  readonly head: number
  /**
   * Consecutive, ascending, from max(after + 1, visibleFrom) on. Edits of messages below `visibleFrom` have no text.
   */
  readonly events: ReadonlyArray<LogEvent>
}

export interface SliceRequest {
  readonly log: ConversationId
  readonly userId: UserId
  /** Events with a greater seq are wanted. */
  readonly after: number
  readonly limit: number
  /**
   * With so many UTF-8 bytes of texts the slice ends, at the event that reaches them: one comes in any case. No bound
   * where it is not said.
   */
  readonly bytes?: number
}

/** Durable logs, one per conversation and one per user. */
export class EventStore extends Context.Tag("@hibiki/core/ports/EventStore")<
  EventStore,
  {
    /** The store's epoch, read once at the layer's start. */
    readonly epoch: Epoch
    /** The epoch that the store has now: another one after a restore. */
    readonly readEpoch: Effect.Effect<Epoch, StoreUnavailable>
    /**
     * Decides and stores a batch in one transaction, in this order: lock all logs ordered by id, setting aside what is
     * locked elsewhere; look up what was decided before; check rights; number; insert. Acts as if command by command,
     * each seeing the earlier ones.
     * Events show the store's time (ms), read under the locks: a process whose clock is wrong spoils no log. It is
     * never below the log's latest, unless that leads by more than `Limits.logLeadMs`. A lost connection, a deadlock or
     * a unique violation is tried again or told as `StoreUnavailable`; only what can't succeed is `BatchRejected`, and
     * its sender is found by running it one by one.
     */
    readonly append: (
      commands: ReadonlyArray<Command>,
      options?: AppendOptions
    ) => Effect.Effect<AppendResult, StoreUnavailable | BatchRejected>
    /**
     * Events of a log after a seq, for a process's own fan-out: no reader's rights apply. `first` is the log's first
     * kept seq.
     */
    readonly after: (
      log: ConversationId,
      after: number,
      limit: number
    ) => Effect.Effect<
      { readonly first: number; readonly head: number; readonly events: ReadonlyArray<LogEvent> },
      StoreUnavailable
    >
    /** Many readers' slices in one query, rights checked in it. In the order asked. At most 500. */
    readonly slices: (requests: ReadonlyArray<SliceRequest>) => Effect.Effect<ReadonlyArray<LogSlice>, StoreUnavailable>
    /**
     * Heads of many logs in one query, for a process's own comparison: in the order asked, 0 where there is no such
     * log. At most 1,000.
     */
    readonly heads: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>, StoreUnavailable>
  }
>() {}
