/**
 * Port: hints about a conversation from gateway to gateway: who is typing, and how far others have read or hold it. May
 * be lost; never repeated later.
 */
import { Context, type Effect, type Scope } from "effect"
import type { ConversationId, NodeId, UserId } from "../domain/Ids.ts"

export type Hint =
  | {
      readonly kind: "typing"
      readonly conversationId: ConversationId
      readonly userId: UserId
      /** Members who are not told, since the user blocks them; absent: none. */
      readonly hiddenFrom?: ReadonlyArray<UserId>
    }
  /** Of direct conversations only. */
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
     * To all gateways that have members of these conversations, the sender's own included. Never waits; what can't go
     * is dropped.
     */
    readonly publish: (hints: ReadonlyArray<Hint>) => void
    /** Hints for this node, in batches, for as long as the scope lives. Must not throw. */
    readonly listen: (
      node: NodeId,
      listener: (hints: ReadonlyArray<Hint>) => void
    ) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
