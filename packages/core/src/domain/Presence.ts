/** Who is there, as others may see it. A hint: nothing durable rests on it. */
import { Schema } from "effect"
import { Millis, UserId } from "./Ids.ts"

export const DeviceKind = Schema.Literal("terminal", "browser", "bot")
export type DeviceKind = typeof DeviceKind.Type

/** Of a user: the best of its devices, in this order. An invisible user looks offline. */
export const PresenceState = Schema.Literal("active", "idle", "offline")
export type PresenceState = typeof PresenceState.Type

export const UserPresence = Schema.Struct({
  userId: UserId,
  state: PresenceState,
  /** Kinds of the devices that are connected, each once, sorted; empty when offline. */
  kinds: Schema.Array(DeviceKind),
  /** Since when the state holds; of an offline user, when it was last seen. Left out while that is not known. */
  since: Schema.optional(Millis)
})
export type UserPresence = typeof UserPresence.Type
