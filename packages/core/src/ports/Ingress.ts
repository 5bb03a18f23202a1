/** Port: the queue of commands to the workers, in partitions that keep order. */
import { Context, Data, type Effect, type Scope } from "effect"
import { fineSecondsBounds, histogram } from "../metrics/declareMetric.ts"
import type { Submission, UnreadSubmission } from "./Submission.ts"

/** For every technology: observe it once for all messages that are taken together. */
export const intakeSeconds = histogram("hibiki_worker_intake_seconds", {
  unit: "seconds",
  description: "Wait of commands at a worker, from their arrival until it takes them for its next batch.",
  bounds: fineSecondsBounds
})

/** The batch was not handed over, or not confirmed in time: it may arrive all the same. */
export class IngressUnavailable extends Data.TaggedError("IngressUnavailable")<{
  readonly code: "busy" | "unknown"
  readonly retryAfterMs: number
  /** For the log, if an operator has to act on it. */
  readonly cause?: unknown
}> {}

/** The sending side. A gateway has one unconfirmed batch per partition, so that order is preserved. */
export class Ingress extends Context.Tag("@hibiki/core/ports/Ingress")<
  Ingress,
  {
    readonly partitions: number
    /**
     * The technology's cost of a message, as time (ms). A busy lane sends at most one message per this time; while
     * sending takes long, one per up to three times that. Absent: as soon as possible.
     */
    readonly restMs?: number | undefined
    /** Completes when the batch is safe against the loss of this process, as far as the technology allows. */
    readonly publish: (partition: number, batch: ReadonlyArray<Submission>) => Effect.Effect<void, IngressUnavailable>
  }
>() {}

/** One published batch. It stays with this consumer until it is acknowledged. */
export interface IngressMessage {
  readonly partition: number
  readonly submissions: ReadonlyArray<Submission>
  /** Submissions of the batch that can't be read. */
  readonly unread: ReadonlyArray<UnreadSubmission>
  /** It was parked before, and an operator wants it to be tried again. */
  readonly isReplayed: boolean
  /** Call it after all consequences are done. Never fails: the queue simply delivers an unacknowledged batch again. */
  readonly ack: Effect.Effect<void>
}

/** A submission that no worker can process. */
export interface Parked {
  readonly partition: number
  /** `not_stored`: the store rejects it. `unread`: this version can't read it. */
  readonly why: "not_stored" | "unread"
  /** In its original form if it can't be read. */
  readonly submission: unknown
}

export interface IngressIntake {
  /** Waits until a message is available, and takes none: callers may interrupt or race it. */
  readonly ready: Effect.Effect<void>
  /** Takes all available messages, in the order of each partition. */
  readonly take: () => ReadonlyArray<IngressMessage>
  /**
   * Parks submissions, each by itself, where an operator finds them and may replay them. Completes when all are safe
   * there. A technology without such a place does nothing: then only the senders still have them. After a failure the
   * caller parks all of them again, so some may be parked twice.
   */
  readonly park: (parked: ReadonlyArray<Parked>) => Effect.Effect<void, IngressUnavailable>
}

/** The worker's side. */
export class IngressConsumer extends Context.Tag("@hibiki/core/ports/IngressConsumer")<
  IngressConsumer,
  {
    /** Takes part in consuming for as long as the scope is open. */
    readonly consume: Effect.Effect<IngressIntake, never, Scope.Scope>
  }
>() {}
