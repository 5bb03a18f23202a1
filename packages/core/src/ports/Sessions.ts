/** Port: the state of sign-ins that running processes must follow. The api writes the accounts behind it. */
import { Context, type Effect } from "effect"
import type { DeviceId } from "../domain/Ids.ts"
import type { DeviceKind } from "../domain/Presence.ts"
import type { StoreUnavailable } from "./EventStore.ts"
import type { TicketOwner } from "./Tickets.ts"

export interface EndedDevices {
  readonly revoked: ReadonlyArray<DeviceId>
  readonly expired: ReadonlyArray<DeviceId>
  readonly now: number
}

export class Sessions extends Context.Tag("@hibiki/core/ports/Sessions")<
  Sessions,
  {
    /**
     * Of each device, in order, its kind if it is still valid under this session version: not revoked, account not
     * disabled. Undefined if not. At most 500.
     */
    readonly kindsOf: (
      signIns: ReadonlyArray<TicketOwner>
    ) => Effect.Effect<ReadonlyArray<DeviceKind | undefined>, StoreUnavailable>
    /**
     * Devices revoked since `since` (ms, the store's clock), including those of disabled accounts and those whose
     * sign-in has expired since, with the store's current time. Callers poll every 2 s and let the ranges overlap by 60
     * s.
     */
    readonly endedSince: (since: number) => Effect.Effect<EndedDevices, StoreUnavailable>
  }
>() {}
