/**
 * Port: at which gateway the newest socket of each instance of a device is, so that an older one elsewhere ends as it
 * does at the same gateway. Hot: what is lost leaves an older socket where it is until nothing is heard on it, and no
 * promise broken.
 */
import { Context, type Effect, type Scope } from "effect"
import type { DeviceId, InstanceId, NodeId } from "../domain/Ids.ts"

export interface SocketPlace {
  readonly device: DeviceId
  readonly instance: InstanceId
  readonly node: NodeId
  /** Names the socket among those of its gateway, in all its life. Without blanks. */
  readonly key: string
}

export class SocketPlaces extends Context.Tag("@hibiki/core/ports/SocketPlaces")<
  SocketPlaces,
  {
    /**
     * A socket has come. Of several of one instance the one that was taken last is the newest. Never waits; what can't
     * be told is dropped.
     */
    readonly take: (place: SocketPlace) => void
    /** A socket has ended. A newer one stays noted. */
    readonly leave: (place: SocketPlace) => void
    /**
     * Calls `displaced` with the key of each socket of this node whose instance has a newer one at another node, for as
     * long as the scope lives.
     * Must not throw.
     */
    readonly listen: (node: NodeId, displaced: (key: string) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
