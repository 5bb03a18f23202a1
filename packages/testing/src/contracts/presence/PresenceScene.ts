/** The scene of the cases of the Presence's contract. */

import type { NodeId, UserId } from "@hibiki/core/domain/Ids"
import type { DeviceKind, PresenceState } from "@hibiki/core/domain/Presence"
import type { Presence, PresenceUnavailable } from "@hibiki/core/ports/Presence"
import type { Effect, Scope } from "effect"
import type { ContractAssert } from "../Contract.ts"

/** One device's instance at one gateway. */
export interface Place {
  readonly node: NodeId
  readonly says: (
    state: PresenceState,
    at: number,
    more?: { readonly invisible?: boolean; readonly kind?: DeviceKind }
  ) => Effect.Effect<void, PresenceUnavailable>
  /** The same instance at another gateway. */
  readonly elsewhere: Effect.Effect<Place>
}

export interface PresenceKit {
  readonly assert: ContractAssert
  readonly presence: Presence["Type"]
  readonly user: Effect.Effect<UserId>
  readonly node: Effect.Effect<NodeId>
  /** A device of that user, at a gateway of its own by default. */
  readonly place: (userId: UserId, at?: NodeId) => Effect.Effect<Place>
  /** The user's presence for others: state, since, kinds. */
  readonly sees: (userId: UserId) => Effect.Effect<ReadonlyArray<unknown>, unknown>
  /**
   * Returns a function that says whether a listener was notified of a user since the last call. Simultaneous changes
   * may share a notice.
   */
  readonly listened: Effect.Effect<(userId: UserId) => Effect.Effect<boolean, unknown>, never, Scope.Scope>
  /** Completes when listeners were notified of that user, after the grace of a gateway that left. */
  readonly leftOver: (userId: UserId) => Effect.Effect<void, unknown, Scope.Scope>
  /** Loses all data. */
  readonly flush: Effect.Effect<void, unknown>
}

/** Any time will do, if it is later than nothing. */
export const t = 1_764_000_000_000
export const offline = ["offline", undefined, []]
