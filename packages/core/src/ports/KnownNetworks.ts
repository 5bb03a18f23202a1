/**
 * Port: the networks in which an account was used. An attacker who guesses passwords elsewhere can then neither lock
 * out its owner there nor use up the owner's remaining tries. The store has only a mark of each network, computed with
 * the server's key from the account, its password's version and the network.
 */
import { Context, type Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"

/** The most networks of one account; a further one replaces the one used longest ago. */
export const knownNetworksMax = 20
/** A network is forgotten when the account was not used in it for this many days. */
export const knownNetworkDays = 90

export class KnownNetworks extends Context.Tag("@hibiki/core/ports/KnownNetworks")<
  KnownNetworks,
  {
    /** Whether the account was used there. Takes as much work for an id without an account. */
    readonly isKnown: (userId: UserId, mark: string) => Effect.Effect<boolean, StoreUnavailable>
    /**
     * Notes that the account, which must exist, is in use there now. Writes nothing if that was noted within the last
     * day.
     */
    readonly note: (userId: UserId, mark: string) => Effect.Effect<void, StoreUnavailable>
  }
>() {}
