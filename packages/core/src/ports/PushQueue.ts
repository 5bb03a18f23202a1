/**
 * Ports: the way from those who store to whoever pushes. What goes it is no more than a log's id: "look at what is
 * unread there".
 */
import { Context, Data, type Effect, type Scope } from "effect"
import type { ConversationId } from "../domain/Ids.ts"

/** What was offered may or may not come through. */
export class PushQueueUnavailable extends Data.TaggedError("PushQueueUnavailable")<{ readonly cause: unknown }> {}

/** The side of workers. */
export class PushQueue extends Context.Tag("@hibiki/core/ports/PushQueue")<
  PushQueue,
  {
    /**
     * Logs in which something was posted, and personal logs in which something was read. Done when it will not be lost
     * any more. The same again does no harm.
     */
    readonly offer: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, PushQueueUnavailable>
  }
>() {}

export interface PushIntake {
  /** Done when something waits. */
  readonly ready: Effect.Effect<void>
  /**
   * All that waits. Once `ack` is done it does not come again; what was not acknowledged does, to whoever consumes
   * then.
   */
  readonly take: () => { readonly logs: ReadonlyArray<ConversationId>; readonly ack: Effect.Effect<void> }
}

/** The side of whoever pushes. */
export class PushConsumer extends Context.Tag("@hibiki/core/ports/PushConsumer")<
  PushConsumer,
  { readonly consume: Effect.Effect<PushIntake, never, Scope.Scope> }
>() {}
