/** Port: the way of commands to the workers, in partitions that keep order. */
import { Context, Data, type Effect, type Scope } from "effect"
import type { Submission, UnreadSubmission } from "./Submission.ts"

/** Not handed over, or not confirmed in time: it may come through all the same. */
export class IngressUnavailable extends Data.TaggedError("IngressUnavailable")<{
  readonly code: "busy" | "unknown"
  readonly retryAfterMs: number
  /** For the log, where somebody has to do something about it. */
  readonly cause?: unknown
}> {}

/** The sending side. A gateway has one batch per partition under way, so that order is kept. */
export class Ingress extends Context.Tag("@hibiki/core/ports/Ingress")<
  Ingress,
  {
    readonly partitions: number
    /**
     * What a message costs the technology, as time (ms): a lane in which much comes sends one in so long at most, or in
     * up to three times that while it takes long. Left out, as soon as it may.
     */
    readonly restMs?: number | undefined
    /** Done when the batch is safe against the loss of this process, as far as the technology goes. */
    readonly publish: (partition: number, batch: ReadonlyArray<Submission>) => Effect.Effect<void, IngressUnavailable>
  }
>() {}

/** One published batch, held until it is acknowledged. */
export interface IngressMessage {
  readonly partition: number
  readonly submissions: ReadonlyArray<Submission>
  /** What was among them and can't be read. */
  readonly unread: ReadonlyArray<UnreadSubmission>
  /** It was parked before, and an operator wants it tried again. */
  readonly isReplayed: boolean
  /** After everything that follows from it was done. Never fails: an unacknowledged batch simply comes again. */
  readonly ack: Effect.Effect<void>
}

/** What no worker can do anything about. */
export interface Parked {
  readonly partition: number
  /** The store will not take it, or this version can't read it. */
  readonly why: "not_stored" | "unread"
  /** As it came, where it can't be read. */
  readonly submission: unknown
}

export interface IngressIntake {
  /** Waits until something waits, and takes nothing: it may be interrupted or raced. */
  readonly ready: Effect.Effect<void>
  /** All that waits, in the order of each partition. */
  readonly take: () => ReadonlyArray<IngressMessage>
  /**
   * Lays submissions where a person finds them, each by itself, who may replay them. Done when all are safe there;
   * where there is no such place their senders alone hold them. What failed is parked again as a whole: some may lie
   * there twice.
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
