/** Port: fetches one-time tickets for sockets, by HTTP over the device's session. */
import { Context, Data, type Effect } from "effect"

/** The device is not signed in, or no longer: a person must sign in again. */
export class SignedOut extends Data.TaggedError("SignedOut")<Record<never, never>> {}
/** No ticket now. The client retries by its back-off, and not before the delay if the server gave one. */
export class TicketUnavailable extends Data.TaggedError("TicketUnavailable")<{
  readonly retryAfterMs?: number
  readonly cause: unknown
}> {}

export class TicketSource extends Context.Tag("@hibiki/core/client/connection/TicketSource")<
  TicketSource,
  {
    /** A ticket for one hello within 30 s. The client ends the wait after 10 s. */
    readonly fetch: Effect.Effect<string, SignedOut | TicketUnavailable>
  }
>() {}
