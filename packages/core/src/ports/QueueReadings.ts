/** Port: the depth of the queues between processes, for operators. Asked only while somebody looks. */
import { Context, Data, type Effect } from "effect"

/** The broker is unreachable, or did not answer in time. */
export class QueuesUnavailable extends Data.TaggedError("QueuesUnavailable")<{ readonly cause: unknown }> {}

export interface QueueReading {
  readonly queue: "partition" | "push" | "deadLetters"
  /** The number of a partition. */
  readonly partition?: number
  /** Messages that nobody has taken yet. Undefined: there is no such queue. */
  readonly depth: number | undefined
  /** Processes that take from it. Undefined: nobody is meant to. */
  readonly consumers: number | undefined
}

export class QueueReadings extends Context.Tag("@hibiki/core/ports/QueueReadings")<
  QueueReadings,
  {
    /**
     * Reads all queues within some seconds: partitions in the order of their numbers, then the others. A technology
     * without dead letters leaves them out.
     */
    readonly read: Effect.Effect<ReadonlyArray<QueueReading>, QueuesUnavailable>
  }
>() {}
