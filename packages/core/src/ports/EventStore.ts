/** Port: the logs. Their content is true; everything else in the system is a hint about it. */
import { Context, Data, type Effect } from "effect"
import type { Command } from "../commands/Command.ts"
import type { Decision, LogChange } from "../commands/Decision.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId, Epoch, UserId } from "../domain/Ids.ts"

/** The store did not answer, or not in time. The operation may have taken place. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{
  readonly operation: string
  readonly cause: unknown
}> {}

/**
 * The store is reachable but rejects this batch, for a reason that a retry does not solve. It stored none of the batch.
 */
export class BatchRejected extends Data.TaggedError("BatchRejected")<{ readonly cause: unknown }> {}

export interface AppendOptions {
  /**
   * Waits a moment for logs that are locked elsewhere, before deferring the command. For one command of many logs,
   * which rarely finds all of them free.
   */
  readonly waits?: boolean
}

export interface AppendResult {
  /** The store's epoch; a process that meets an epoch other than its own starts anew. */
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
  /** Events below are deleted (`first`) or not visible to this reader (`visibleFrom`, which is never below `first`). */
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
  /** Return events with a greater seq. */
  readonly after: number
  readonly limit: number
  /**
   * The slice ends at the event with which its texts reach this many UTF-8 bytes; it has at least one event in any
   * case. Absent: no bound.
   */
  readonly bytes?: number
}

/** Durable logs, one per conversation and one per user. */
export class EventStore extends Context.Tag("@hibiki/core/ports/EventStore")<
  EventStore,
  {
    /** The store's epoch, read once at the layer's start. */
    readonly epoch: Epoch
    /** The store's current epoch: a new one after a restore. */
    readonly readEpoch: Effect.Effect<Epoch, StoreUnavailable>
    /**
     * Decides and stores a batch in one transaction, in this order: lock all logs ordered by id, deferring commands of
     * logs that are locked elsewhere; look up earlier decisions; check rights; number; insert. The result is as if
     * command by command, each seeing the earlier ones. Events show the store's time (ms), read under the locks: a
     * process with a wrong clock spoils no log. The time is never below the log's latest, unless that leads by more
     * than `Limits.logLeadMs`. The store retries a lost connection, a deadlock or a unique violation, or fails with
     * `StoreUnavailable`. Only a batch that can't succeed is `BatchRejected`; the caller finds the command at fault by
     * running them one by one.
     */
    readonly append: (
      commands: ReadonlyArray<Command>,
      options?: AppendOptions
    ) => Effect.Effect<AppendResult, StoreUnavailable | BatchRejected>
    /**
     * Events of a log after a seq, for a process's own fan-out: no reader's rights apply. `first` is the log's first
     * stored seq.
     */
    readonly after: (
      log: ConversationId,
      after: number,
      limit: number
    ) => Effect.Effect<
      { readonly first: number; readonly head: number; readonly events: ReadonlyArray<LogEvent> },
      StoreUnavailable
    >
    /**
     * Slices of many readers in one query, which also checks their rights. In the order of the requests. At most 500.
     */
    readonly slices: (requests: ReadonlyArray<SliceRequest>) => Effect.Effect<ReadonlyArray<LogSlice>, StoreUnavailable>
    /**
     * Heads of many logs in one query, for a process's own comparison: in the order of `logs`, 0 if there is no such
     * log. At most 1,000.
     */
    readonly heads: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>, StoreUnavailable>
  }
>() {}
