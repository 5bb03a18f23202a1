/**
 * Port: the connected devices by gateway, and the presence of their users that follows from them. Stored under each
 * gateway's name, so that the devices of an ended gateway disappear with it.
 */
import { Context, Data, type Effect, type Scope, type Stream } from "effect"
import type { DeviceId, InstanceId, NodeId, UserId } from "../domain/Ids.ts"
import type { DeviceKind, PresenceState, UserPresence } from "../domain/Presence.ts"

export class PresenceUnavailable extends Data.TaggedError("PresenceUnavailable")<{ readonly cause: unknown }> {}

/** A gateway's report about one of its sockets. `offline` removes it. */
export interface DeviceReport {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly instance: InstanceId
  readonly kind: DeviceKind
  readonly state: PresenceState
  /** The user wants to look offline to others, as last read. */
  readonly invisible: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A change of a user's presence as others see it. */
export interface PresenceStep {
  readonly userId: UserId
  readonly state: PresenceState
  readonly at: number
}

export class Presence extends Context.Tag("@hibiki/core/ports/Presence")<
  Presence,
  {
    /** Processed in the given order. A repeat changes nothing. */
    readonly report: (node: NodeId, reports: ReadonlyArray<DeviceReport>) => Effect.Effect<void, PresenceUnavailable>
    /**
     * This node leaves: its reports end after the same grace as a socket that closed without goodbye. Users whose
     * devices reconnect elsewhere then do not flicker. The others were last seen at the time of leaving.
     */
    readonly leave: (node: NodeId) => Effect.Effect<void, PresenceUnavailable>
    /** In the order of `users`; an unknown user is offline without `since`. */
    readonly read: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<UserPresence>, PresenceUnavailable>
    /**
     * Everybody whom others see online, in slices of at most 500 users. A user may appear twice. A user who comes or
     * goes during the walk may be missing.
     */
    readonly online: Stream.Stream<ReadonlyArray<UserPresence>, PresenceUnavailable>
    /**
     * Those of these users who have a device in use, even if others see them as offline. For services to the users
     * themselves.
     */
    readonly active: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlySet<UserId>, PresenceUnavailable>
    /**
     * The changes of these users' presence, as others see it, since a time, ascending by `at`, and the last change
     * before it of each user, if known. Bounded: at most the newest 128 of each user.
     */
    readonly steps: (
      users: ReadonlyArray<UserId>,
      since: number
    ) => Effect.Effect<ReadonlyArray<PresenceStep>, PresenceUnavailable>
    /**
     * Calls `listener` with users whose visible presence may have changed, for as long as the scope lives. It is called
     * in the turn of the change and must not throw. `undefined`: changes may be missing, so read everything again.
     */
    readonly listen: (
      listener: (users: ReadonlyArray<UserId> | undefined) => void
    ) => Effect.Effect<void, never, Scope.Scope>
    /**
     * Calls `listener` whenever this node's reports may be lost or outdated. The node then reports everything again;
     * devices that it does not report end after a while. For as long as the scope lives; must not throw.
     */
    readonly whenLost: (node: NodeId, listener: () => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
