/**
 * Tickets of a cluster. Those that a device asks for lie in the store, which api and every gateway reach, or nobody signs in at all: Redis may be away
 * from one of them alone. Those handed to open sockets are not worth a write there, and lie in Redis: where that is away, its device asks.
 */
import { Tickets } from "@hibiki/core/auth/Tickets"
import { Context, Effect, Layer } from "effect"

export class HotTickets extends Context.Tag("@hibiki/server/auth/HotTickets")<HotTickets, Tickets["Type"]>() {}

export class StoredTickets extends Context.Tag("@hibiki/server/auth/StoredTickets")<StoredTickets, Tickets["Type"]>() {}

/** Says where a ticket lies, so that none is looked for twice. */
const storedMark = "stored_"

export const TicketsCluster = Layer.effect(
  Tickets,
  Effect.gen(function* () {
    const [hot, stored] = [yield* HotTickets, yield* StoredTickets]
    return Tickets.of({
      issue: (owner, ttl, use) =>
        use === "resume" ? hot.issue(owner, ttl, use) : Effect.map(stored.issue(owner, ttl, use), (ticket) => storedMark + ticket),
      redeem: (ticket) => (ticket.startsWith(storedMark) ? stored.redeem(ticket.slice(storedMark.length)) : hot.redeem(ticket))
    })
  })
)
