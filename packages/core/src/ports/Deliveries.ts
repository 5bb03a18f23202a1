/**
 * Port: delivers new events and answers to nodes that sent the command or have readers. At most once: receivers read
 * lost events from the log.
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
     * Completes when confirmed. A node that is gone is not a failure. Nor is a node that takes nothing: after a bound
     * the envelope is given up for that node alone.
     */
    readonly publish: (envelopes: ReadonlyArray<AddressedEnvelope>) => Effect.Effect<void, DeliveriesUnavailable>
    /**
     * Receives this node's envelopes, one at a time and in the order of each worker. `receive` is synchronous and must
     * not throw. Nodes of kind `gateway` also receive the envelopes for every gateway. `resumed` is called whenever
     * delivery works again after an interruption: any number of envelopes may be missing, and the numbers of later ones
     * need not show it. It is synchronous, too.
     */
    readonly subscribe: (
      node: NodeId,
      kind: "gateway" | "api",
      receive: (envelope: Envelope) => void,
      resumed?: () => void
    ) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
