/**
 * Tickets of a cluster. Those that a device asks for lie in the store, which api and every gateway reach, or nobody
 * signs in at all: Redis may be away from one of them alone. Those handed to open sockets are not worth a write there,
 * and lie in Redis: where that is away, its device asks.
 */

import { makeOutageLog } from "@hibiki/core/fibers/logging"
import { Tickets } from "@hibiki/core/ports/Tickets"
import { Context, Effect, Layer } from "effect"

export class HotTickets extends Context.Tag("@hibiki/server/roles/HotTickets")<HotTickets, Tickets["Type"]>() {}

export class StoredTickets extends Context.Tag("@hibiki/server/roles/StoredTickets")<
  StoredTickets,
  Tickets["Type"]
>() {}

/** Says where a ticket lies, so that none is looked for twice. */
const storedMark = "stored_"

export const TicketsCluster = Layer.effect(
  Tickets,
  Effect.gen(function* () {
    const [hot, stored] = [yield* HotTickets, yield* StoredTickets]
    const redeemHot = redeemTelling(hot, "Tickets of sockets that come back")
    const redeemStored = redeemTelling(stored, "Tickets that were asked for")
    return Tickets.of({
      issue: (owner, origin, ttl, use) =>
        use === "resume"
          ? hot.issue(owner, origin, ttl, use)
          : Effect.map(stored.issue(owner, origin, ttl, use), (ticket) => storedMark + ticket),
      redeem: (ticket, origin) =>
        ticket.startsWith(storedMark)
          ? redeemStored(ticket.slice(storedMark.length), origin)
          : redeemHot(ticket, origin)
    })
  })
)

/** Of each place for itself: that one answers doesn't mean that the other does. */
const redeemTelling = ({ redeem }: Tickets["Type"], what: string): Tickets["Type"]["redeem"] => {
  const away = makeOutageLog(`${what} could not be looked up`, `${what} can be looked up again`)
  return (ticket, origin) =>
    redeem(ticket, origin).pipe(
      Effect.zipLeft(away.over),
      Effect.tapError(({ cause }) => away.met(cause))
    )
}
