/**
 * Port: hints about a conversation from gateway to gateway: typing, and how far others have read or received it. Hints
 * may be lost; they are never repeated later.
 */
import { Context, type Effect, type Scope } from "effect"
import type { ConversationId, NodeId, UserId } from "../domain/Ids.ts"

export type Hint =
  | {
      readonly kind: "typing"
      readonly conversationId: ConversationId
      readonly userId: UserId
      /** Members who do not get the hint because the user blocks them; absent: none. */
      readonly hiddenFrom?: ReadonlyArray<UserId>
    }
  /** Direct conversations only. */
  | {
      readonly kind: "read" | "delivered"
      readonly conversationId: ConversationId
      readonly userId: UserId
      readonly seq: number
    }

export class Hints extends Context.Tag("@hibiki/core/ports/Hints")<
  Hints,
  {
    /**
     * Sends to all gateways that have members of these conversations, the sender's own included. Never waits; drops
     * hints that can't be sent.
     */
    readonly publish: (hints: ReadonlyArray<Hint>) => void
    /** Receives hints for this node, in batches, for as long as the scope lives. The callback must not throw. */
    readonly listen: (
      node: NodeId,
      listener: (hints: ReadonlyArray<Hint>) => void
    ) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
