/**
 * Port: the way of new events and answers to the nodes that asked or that have readers. At most once: what is lost is
 * read from the log.
 */
import { Context, Data, type Effect, type Scope } from "effect"
import type { NodeId } from "../domain/Ids.ts"
import type { Envelope } from "./Submission.ts"

export class DeliveriesUnavailable extends Data.TaggedError("DeliveriesUnavailable")<{ readonly cause: unknown }> {}

/** For one node, or for every gateway. */
export interface AddressedEnvelope {
  readonly to: NodeId | "gateways"
  readonly envelope: Envelope
}

export class Deliveries extends Context.Tag("@hibiki/core/ports/Deliveries")<
  Deliveries,
  {
    /**
     * Done when confirmed. A node that is gone is no failure; one that takes nothing is none after a bound: the
     * envelope is given up for it alone.
     */
    readonly publish: (envelopes: ReadonlyArray<AddressedEnvelope>) => Effect.Effect<void, DeliveriesUnavailable>
    /**
     * Takes this node's envelopes, one at a time and in the order of each worker. `receive` is synchronous and must not
     * throw. Nodes of kind `gateway` also get what goes to every gateway. `resumed` is called whenever envelopes come
     * again after none could: any number may be missing, which the numbers of those that follow need not show.
     * Synchronous, too.
     */
    readonly subscribe: (
      node: NodeId,
      kind: "gateway" | "api",
      receive: (envelope: Envelope) => void,
      resumed?: () => void
    ) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
