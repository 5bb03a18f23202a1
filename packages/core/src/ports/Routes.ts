/**
 * Port: hot copies of heads, and the gateways that have readers of a log. A filter, never a condition: it may be empty
 * at any moment, and when in doubt it answers `Everywhere`.
 *
 * Entries count while their gateway's lease is valid. A lease names the generation under which all entries of its
 * gateway were registered. A generation is lost together with everything else in the routes, so an incomplete set of
 * entries never passes for a complete one.
 */
import { Context, Data, type Effect } from "effect"
import type { ConversationId, NodeId } from "../domain/Ids.ts"

/** How long a lease is valid after its renewal (ms). */
export const routesLeaseMs = 12_000

export class RoutesUnavailable extends Data.TaggedError("RoutesUnavailable")<{ readonly cause: unknown }> {}

/**
 * One life of a gateway in the routes; its entries belong to it. A gateway that lost its lease continues under the next
 * incarnation: a late removal of an entry without a lease then never touches an entry that was registered since.
 */
export interface Lease {
  readonly node: NodeId
  readonly incarnation: number
}

/** The receivers of envelopes of changed logs: every gateway, or the named ones of each log. */
export type Interested =
  | { readonly _tag: "Everywhere" }
  | { readonly _tag: "Nodes"; readonly of: ReadonlyMap<ConversationId, ReadonlyArray<NodeId>> }

export class Routes extends Context.Tag("@hibiki/core/ports/Routes")<
  Routes,
  {
    /**
     * Writes the lease, replacing that of any earlier incarnation, or renews it for `routesLeaseMs`. `registered` is
     * the generation under which all its entries were registered; undefined: not all were. Returns the present
     * generation, and begins one if there is none. Also returns whether this lease had lapsed, or never existed: then
     * its entries may be gone, and the lease is written as not registered, whatever the argument says.
     */
    readonly renew: (
      lease: Lease,
      registered: string | undefined
    ) => Effect.Effect<{ readonly generation: string; readonly lapsed: boolean }, RoutesUnavailable>
    /** Ends the lease: its entries no longer count. */
    readonly release: (lease: Lease) => Effect.Effect<void, RoutesUnavailable>
    /**
     * Call this only under a lease. Completes when every later `raise` sees the entries: only then may a gateway read
     * heads from the store.
     */
    readonly register: (lease: Lease, logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, RoutesUnavailable>
    readonly withdraw: (lease: Lease, logs: ReadonlyArray<ConversationId>) => Effect.Effect<void, RoutesUnavailable>
    /**
     * Raises heads (they never fall), then reads the interested gateways: in this order, in one round trip. Skips and
     * removes entries without a valid lease. Returns `Everywhere` unless there are leases, and all valid ones name the
     * present generation. It also returns `Everywhere` for one whole lease after a generation began because of a loss:
     * a gateway that has not noticed the loss has no valid lease then.
     */
    readonly raise: (
      heads: ReadonlyArray<readonly [ConversationId, number]>
    ) => Effect.Effect<Interested, RoutesUnavailable>
    /** Heads as far as known, in the order of `logs`; 0 if unknown. */
    readonly heads: (logs: ReadonlyArray<ConversationId>) => Effect.Effect<ReadonlyArray<number>, RoutesUnavailable>
  }
>() {}
