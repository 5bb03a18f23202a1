/** A user's presence as others may see it. A hint: nothing durable depends on it. */
import { Schema } from "effect"
import { Millis, UserId } from "./Ids.ts"

export const DeviceKind = Schema.Literal("terminal", "browser", "bot")
export type DeviceKind = typeof DeviceKind.Type

/** The state of a user is the best of their devices, in this order. An invisible user looks offline. */
export const PresenceState = Schema.Literal("active", "idle", "offline")
export type PresenceState = typeof PresenceState.Type

export const UserPresence = Schema.Struct({
  userId: UserId,
  state: PresenceState,
  /** Kinds of the connected devices, each once, sorted; empty when offline. */
  kinds: Schema.Array(DeviceKind),
  /** The start of the state; for an offline user, when they were last seen. Absent while unknown. */
  since: Schema.optional(Millis)
})
export type UserPresence = typeof UserPresence.Type
