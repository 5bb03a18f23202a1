/** Port: the state of sign-ins that live processes must follow. The accounts behind it are written by api. */
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
     * Of each, in order, what kind of device it is, if it may still take part under this session version: not revoked,
     * account not disabled.
     * Undefined where not. At most 500.
     */
    readonly kindsOf: (
      signIns: ReadonlyArray<TicketOwner>
    ) => Effect.Effect<ReadonlyArray<DeviceKind | undefined>, StoreUnavailable>
    /**
     * Devices revoked since `since` (ms, the store's clock), those of disabled accounts included, and others whose
     * sign-in has become too old since then, with the store's time now. Callers ask every 2 s and let their questions
     * overlap by 60 s.
     */
    readonly endedSince: (since: number) => Effect.Effect<EndedDevices, StoreUnavailable>
  }
>() {}
