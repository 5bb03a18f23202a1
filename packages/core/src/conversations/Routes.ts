/** Port: hot copies of heads, and which gateways have readers of a log. A filter, never a condition: when in doubt it answers `everywhere`. */
import { Context, Data, type Effect } from "effect"
import type { ConversationId, NodeId } from "../domain/Ids.ts"

export class RoutesUnavailable extends Data.TaggedError("RoutesUnavailable")<{ readonly cause: unknown }> {}

export class Routes extends Context.Tag("@hibiki/core/conversations/Routes")<
  Routes,
  {
    /** Done when every later `raise` sees it: only then may a gateway read heads from the store. */
    readonly register: (node: NodeId, logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, RoutesUnavailable>
    readonly withdraw: (node: NodeId, logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, RoutesUnavailable>
    /** Raises heads (they never fall), then reads who is interested: in this order, in one round trip. */
    readonly raise: (
      heads: ReadonlyArray<readonly [ConversationId, number]>
    ) => Effect.Effect<
      { readonly _tag: "Everywhere" } | { readonly _tag: "Nodes"; readonly of: ReadonlyMap<ConversationId, ReadonlyArray<NodeId>> },
      RoutesUnavailable
    >
    /** Heads as far as known, in the order asked; 0 when unknown. */
    readonly heads: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>, RoutesUnavailable>
  }
>() {}
