/**
 * Ports: the queue from the workers to the push role. It carries only the id of a log: "look at what is unread there".
 */
import { Context, Data, type Effect, type Scope } from "effect"
import type { ConversationId } from "../domain/Ids.ts"

/** The offered logs may or may not arrive. */
export class PushQueueUnavailable extends Data.TaggedError("PushQueueUnavailable")<{ readonly cause: unknown }> {}

/** The side of workers. */
export class PushQueue extends Context.Tag("@hibiki/core/ports/PushQueue")<
  PushQueue,
  {
    /**
     * Offers logs with new posts, and personal logs whose owner has read something. Completes when the offer can no
     * longer be lost. A repeat does no harm.
     */
    readonly offer: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, PushQueueUnavailable>
  }
>() {}

export interface PushIntake {
  /** Completes when something is available. */
  readonly ready: Effect.Effect<void>
  /** Takes all that is available. After `ack` it is not delivered again; without it, it is, to any consumer. */
  readonly take: () => { readonly logs: ReadonlyArray<ConversationId>; readonly ack: Effect.Effect<void> }
}

/** The side of the push role. */
export class PushConsumer extends Context.Tag("@hibiki/core/ports/PushConsumer")<
  PushConsumer,
  { readonly consume: Effect.Effect<PushIntake, never, Scope.Scope> }
>() {}
