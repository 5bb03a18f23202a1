/** Port: the state of sign-ins that live processes must follow. The accounts behind it are written by api. */
import { Context, type Effect } from "effect"
import type { DeviceId, UserId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "../messages/EventStore.ts"

export class Sessions extends Context.Tag("@hibiki/core/auth/Sessions")<
  Sessions,
  {
    /** Whether the device may still take part under this session version: not revoked, account not disabled. */
    readonly isValid: (userId: UserId, deviceId: DeviceId, sessionVersion: number) => Effect.Effect<boolean, StoreUnavailable>
    /**
     * Devices revoked since `since` (ms, the store's clock), those of disabled accounts included, with the store's time now.
     * Callers ask every 2 s and let their questions overlap by 60 s.
     */
    readonly revokedSince: (
      since: number
    ) => Effect.Effect<{ readonly devices: ReadonlyArray<DeviceId>; readonly now: number }, StoreUnavailable>
  }
>() {}
