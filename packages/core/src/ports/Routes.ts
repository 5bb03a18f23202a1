/**
 * Port: hot copies of heads, and which gateways have readers of a log. A filter, never a condition: it may be empty at
 * any moment, and when in doubt it answers `Everywhere`.
 *
 * Entries count while their gateway's lease lives. A lease names the generation under which all entries of its gateway
 * were registered; a generation is lost together with everything else that was kept, so that no set of entries is taken
 * for whole that is not.
 */
import { Context, Data, type Effect } from "effect"
import type { ConversationId, NodeId } from "../domain/Ids.ts"

/** How long a lease lives after it was renewed (ms). */
export const routesLeaseMs = 12_000

export class RoutesUnavailable extends Data.TaggedError("RoutesUnavailable")<{ readonly cause: unknown }> {}

/**
 * One life of a gateway in the routes, under which its entries stand. A gateway that lost its lease goes on under the
 * next incarnation:
 * the removal of an entry without a lease, which may come late, then never touches one that was registered since.
 */
export interface Lease {
  readonly node: NodeId
  readonly incarnation: number
}

/** Where envelopes of changed logs go: to every gateway, or of each log to those named. */
export type Interested =
  | { readonly _tag: "Everywhere" }
  | { readonly _tag: "Nodes"; readonly of: ReadonlyMap<ConversationId, ReadonlyArray<NodeId>> }

export class Routes extends Context.Tag("@hibiki/core/ports/Routes")<
  Routes,
  {
    /**
     * Writes the lease, in place of any earlier incarnation's, or renews it for `routesLeaseMs`. `registered` is the
     * generation under which all its entries were registered; undefined: not all were. Answers the present generation,
     * which is begun where there is none, and whether this lease had lapsed, or never was: then its entries may be
     * gone, and it is written as not registered whatever was said.
     */
    readonly renew: (
      lease: Lease,
      registered: string | undefined
    ) => Effect.Effect<{ readonly generation: string; readonly lapsed: boolean }, RoutesUnavailable>
    /** Ends the lease: its entries count no more. */
    readonly release: (lease: Lease) => Effect.Effect<void, RoutesUnavailable>
    /**
     * To be called under a lease. Done when every later `raise` sees it: only then may a gateway read heads from the
     * store.
     */
    readonly register: (lease: Lease, logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, RoutesUnavailable>
    readonly withdraw: (lease: Lease, logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, RoutesUnavailable>
    /**
     * Raises heads (they never fall), then reads who is interested: in this order, in one round trip. Entries without a
     * live lease are passed over and removed. `Everywhere` unless there are leases, and all that live name the present
     * generation; and for one whole lease after a generation was begun that followed a loss: a gateway that has not
     * noticed the loss is not among those that live.
     */
    readonly raise: (
      heads: ReadonlyArray<readonly [ConversationId, number]>
    ) => Effect.Effect<Interested, RoutesUnavailable>
    /** Heads as far as known, in the order asked; 0 when unknown. */
    readonly heads: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>, RoutesUnavailable>
  }
>() {}
