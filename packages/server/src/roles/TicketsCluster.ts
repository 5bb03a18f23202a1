/**
 * Tickets of a cluster. The store has the tickets that devices request: api processes and every gateway reach it, or
 * nobody signs in at all, while Redis may be unreachable from one of them alone. Tickets handed to open sockets are not
 * worth a write in the store and go to Redis. While that is unreachable, the device requests one.
 */

import { makeOutageLog } from "@hibiki/core/fibers/logging"
import { Tickets } from "@hibiki/core/ports/Tickets"
import { Context, Effect, Layer } from "effect"

export class HotTickets extends Context.Tag("@hibiki/server/roles/HotTickets")<HotTickets, Tickets["Type"]>() {}

export class StoredTickets extends Context.Tag("@hibiki/server/roles/StoredTickets")<
  StoredTickets,
  Tickets["Type"]
>() {}

/** Marks the tickets in the store, so that no ticket is looked up twice. */
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

/** One outage log for each of the two: if one answers, the other may still be down. */
const redeemTelling = ({ redeem }: Tickets["Type"], what: string): Tickets["Type"]["redeem"] => {
  const away = makeOutageLog(`${what} could not be looked up`, `${what} can be looked up again`)
  return (ticket, origin) =>
    redeem(ticket, origin).pipe(
      Effect.zipLeft(away.over),
      Effect.tapError(({ cause }) => away.met(cause))
    )
}
