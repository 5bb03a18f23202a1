/**
 * Tickets of a cluster: in Redis, and while that is away in the store, so that a device which lost its socket comes back without it. A
 * resume ticket is not worth a write there: its device fetches a ticket when it needs one.
 */
import { Tickets } from "@hibiki/core/auth/Tickets"
import { Context, Effect, Layer } from "effect"

export class HotTickets extends Context.Tag("@hibiki/server/auth/HotTickets")<HotTickets, Tickets["Type"]>() {}

export class StoredTickets extends Context.Tag("@hibiki/server/auth/StoredTickets")<StoredTickets, Tickets["Type"]>() {}

/** Says where a ticket lies, so that a guess costs the store no query, and none is looked for twice. */
const storedMark = "stored_"

export const TicketsCluster = Layer.effect(
  Tickets,
  Effect.gen(function* () {
    const [hot, stored] = [yield* HotTickets, yield* StoredTickets]
    return Tickets.of({
      issue: (owner, ttl, use) =>
        Effect.catchAll(hot.issue(owner, ttl, use), (error) =>
          use === "resume" ? error : Effect.map(stored.issue(owner, ttl, use), (ticket) => storedMark + ticket)
        ),
      redeem: (ticket) => (ticket.startsWith(storedMark) ? stored.redeem(ticket.slice(storedMark.length)) : hot.redeem(ticket))
    })
  })
)
