/** Port: short-lived secrets that open a socket. Only their hashes are stored. */
import { Context, Data, type Duration, type Effect } from "effect"
import type { DeviceId, UserId } from "../domain/Ids.ts"

/**
 * The owner of a ticket. `sessionVersion` changes when the device is revoked or its password changes, and voids its
 * tickets.
 */
export interface TicketOwner {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly sessionVersion: number
}

/**
 * `open`: requested by a call, and used at once. `resume`: sent to an open socket for its next connection; no caller
 * waits for it, and few are used.
 */
export type TicketUse = "open" | "resume"

/**
 * The Origin header of a socket, or of the request for its ticket: unchanged, and allowed. Empty: no header, as from
 * clients that are not browsers.
 */
export type Origin = string

export class TicketsUnavailable extends Data.TaggedError("TicketsUnavailable")<{ readonly cause: unknown }> {}

export class Tickets extends Context.Tag("@hibiki/core/ports/Tickets")<
  Tickets,
  {
    /** Returns a 256-bit ticket for one use within `ttl`, from this origin alone. */
    readonly issue: (
      owner: TicketOwner,
      origin: Origin,
      ttl: Duration.Duration,
      use: TicketUse
    ) => Effect.Effect<string, TicketsUnavailable>
    /**
     * Returns its owner, once: of two parallel uses exactly one succeeds. Undefined: unknown, used, expired, or issued
     * for another origin; that use consumes the ticket, too. A ticket from a version without origins is valid for any.
     * If the lookup fails, the log says so.
     */
    readonly redeem: (ticket: string, origin: Origin) => Effect.Effect<TicketOwner | undefined, TicketsUnavailable>
  }
>() {}
