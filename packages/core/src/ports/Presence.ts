/**
 * Port: which devices are connected where, and what that makes of their users. Kept under each gateway's name, so that
 * one that ends takes its devices along.
 */
import { Context, Data, type Effect, type Scope } from "effect"
import type { DeviceId, InstanceId, NodeId, UserId } from "../domain/Ids.ts"
import type { DeviceKind, PresenceState, UserPresence } from "../domain/Presence.ts"

export class PresenceUnavailable extends Data.TaggedError("PresenceUnavailable")<{ readonly cause: unknown }> {}

/** What a gateway says of one of its sockets. `offline` removes it. */
export interface DeviceReport {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly instance: InstanceId
  readonly kind: DeviceKind
  readonly state: PresenceState
  /** The user's own wish, as last read: others see it offline. */
  readonly invisible: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A change of what others see of a user. */
export interface PresenceStep {
  readonly userId: UserId
  readonly state: PresenceState
  readonly at: number
}

export class Presence extends Context.Tag("@hibiki/core/ports/Presence")<
  Presence,
  {
    /** In the order given. A repeat changes nothing. */
    readonly report: (node: NodeId, reports: ReadonlyArray<DeviceReport>) => Effect.Effect<void, PresenceUnavailable>
    /**
     * This node goes: what it has reported ends after the grace that a socket without goodbye has, so that nobody
     * flickers whose devices come back elsewhere. Whoever does not was last seen when it left.
     */
    readonly leave: (node: NodeId) => Effect.Effect<void, PresenceUnavailable>
    /** In the order asked; a user never heard of is offline without `since`. */
    readonly read: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<UserPresence>, PresenceUnavailable>
    /** Who of these has a device in use, whatever others may see. For what is done for the user itself. */
    readonly active: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlySet<UserId>, PresenceUnavailable>
    /**
     * How what others see of these users changed since a time, ascending by `at`, with the last change before it of
     * each, if known.
     * Bounded: at most 128 of each user, the newest.
     */
    readonly steps: (
      users: ReadonlyArray<UserId>,
      since: number
    ) => Effect.Effect<ReadonlyArray<PresenceStep>, PresenceUnavailable>
    /**
     * Calls `listener` with users of whom others may see something new, for as long as the scope lives. Called in the
     * turn of the change; must not throw. `undefined`: changes may have been missed, read anew.
     */
    readonly listen: (
      listener: (users: ReadonlyArray<UserId> | undefined) => void
    ) => Effect.Effect<void, never, Scope.Scope>
    /**
     * Calls `listener` whenever what this node has reported may be lost, or be an older state: it is to report
     * everything again, and what it does not ends within a while. For as long as the scope lives; must not throw.
     */
    readonly whenLost: (node: NodeId, listener: () => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
