/** Tickets of one process, by their hashes. A restart voids them, which costs their devices a new one. */
import { Duration, Effect, Layer } from "effect"
import { monotonicMs } from "../fibers/Time.ts"
import { type SecretHash, Secrets } from "../ports/Secrets.ts"
import { type Origin, type TicketOwner, Tickets } from "../ports/Tickets.ts"

export interface TicketsBounds {
  /** Tickets that are neither used nor expired. At the bound the oldest becomes void. */
  readonly ticketsMax: number
}

interface Issued {
  readonly owner: TicketOwner
  readonly origin: Origin
  readonly expiresAt: number
}

export const ticketsInProcess = ({ ticketsMax }: TicketsBounds): Layer.Layer<Tickets, never, Secrets> =>
  Layer.effect(
    Tickets,
    Effect.map(Secrets, (secrets) => {
      const issued = new Map<SecretHash, Issued>()
      return Tickets.of({
        issue: (owner, origin, ttl) =>
          Effect.gen(function* () {
            const [ticket, now] = [yield* secrets.make, yield* monotonicMs]
            if (issued.size >= ticketsMax) makeRoom(issued, now)
            issued.set(secrets.hash(ticket), { owner, origin, expiresAt: now + Duration.toMillis(ttl) })
            return ticket
          }),
        redeem: (ticket, origin) =>
          Effect.map(monotonicMs, (now) => {
            const hash = secrets.hash(ticket)
            const found = issued.get(hash)
            issued.delete(hash)
            return found !== undefined && now < found.expiresAt && found.origin === origin ? found.owner : undefined
          })
      })
    })
  )

export const TicketsInProcess = ticketsInProcess({ ticketsMax: 50_000 })

// Expired tickets are swept when room is needed: they can't be redeemed, so that may wait. A full sweep frees an eighth
// at least, so that it does not run for every ticket.
const makeRoom = (issued: Map<SecretHash, Issued>, now: number): void => {
  const before = issued.size
  for (const [hash, { expiresAt }] of issued) if (expiresAt <= now) issued.delete(hash)
  let surplus = Math.ceil(before / 8) - (before - issued.size)
  for (const hash of issued.keys()) {
    if (surplus-- <= 0) return
    issued.delete(hash)
  }
}
