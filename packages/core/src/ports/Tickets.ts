/** Port: short-lived secrets that open a socket. Only their hashes are kept. */
import { Context, Data, type Duration, type Effect } from "effect"
import type { DeviceId, UserId } from "../domain/Ids.ts"

/**
 * Who a ticket was made for. `sessionVersion` changes when the device is revoked or its password changed, which voids
 * its tickets.
 */
export interface TicketOwner {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly sessionVersion: number
}

/**
 * `open`: asked for by a call, and used at once. `resume`: handed to an open socket for its next one; nobody waits for
 * it, and few are used.
 */
export type TicketUse = "open" | "resume"

/**
 * The Origin header with which a socket, or what asks for its ticket, came: as it was sent, and let in. Empty: none, as
 * of clients that are no browsers.
 */
export type Origin = string

export class TicketsUnavailable extends Data.TaggedError("TicketsUnavailable")<{ readonly cause: unknown }> {}

export class Tickets extends Context.Tag("@hibiki/core/ports/Tickets")<
  Tickets,
  {
    /** A 256-bit ticket for one use within `ttl`, from this origin alone. */
    readonly issue: (
      owner: TicketOwner,
      origin: Origin,
      ttl: Duration.Duration,
      use: TicketUse
    ) => Effect.Effect<string, TicketsUnavailable>
    /**
     * Its owner, once: of two parallel uses exactly one succeeds. Undefined: unknown, used, expired, or issued for
     * another origin, by which it is used up, too. One of a program that knew no origins is good for any. That it can't
     * be told was told in the log.
     */
    readonly redeem: (ticket: string, origin: Origin) => Effect.Effect<TicketOwner | undefined, TicketsUnavailable>
  }
>() {}
