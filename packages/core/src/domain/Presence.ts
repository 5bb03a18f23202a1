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

/** Bounds of presence, typing and receipts. Times in milliseconds. */
export const PresenceLimits = {
  /** Users that one socket watches at once. */ watchedMax: 200,
  /** Changes reach a watcher at most so often. */ everyMs: 1_000,
  /** A user whose last socket closed without goodbye stays so long. Counted from the last sign of life. */ graceMs: 5_000,
  /** A device whose person did nothing for so long is idle. */ idleAfterMs: 300_000,
  /** What a viewer may see is judged anew at least so often. */ rightsEveryMs: 60_000,
  /** Between two signs of typing of one person in one conversation. */ typingEveryMs: 3_000,
  /** A sign of typing is shown so long. */ typingTtlMs: 6_000,
  /** Typing is not told where more people than this are online. */ typingOnlineMax: 100,
  /** How far back the counts of a board go, one for each minute. */ boardMinutes: 60
} as const
