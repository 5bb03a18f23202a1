/**
 * Port: from which networks an account was in use. Somebody who guesses passwords elsewhere can neither hold its owner
 * up there nor use up the guesses that are left. Only a mark of a network is kept, which the server's key makes of the
 * account, its password's version and the network.
 */
import { Context, type Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"

/** Of one account; the one that was used longest ago is forgotten for another. */
export const knownNetworksMax = 20
/** A network in which an account was not in use for so long is not known any more. */
export const knownNetworkDays = 90

export class KnownNetworks extends Context.Tag("@hibiki/core/ports/KnownNetworks")<
  KnownNetworks,
  {
    /** Whether the account was in use there. As much work for an id that nobody has. */
    readonly isKnown: (userId: UserId, mark: string) => Effect.Effect<boolean, StoreUnavailable>
    /** The account, which exists, is in use there now. Nothing is written when that was noted within the last day. */
    readonly note: (userId: UserId, mark: string) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
