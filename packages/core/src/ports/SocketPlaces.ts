/**
 * Port: the gateway of the newest socket of each instance of a device, so that an older socket at another gateway ends
 * as it would at the same one. Hot data: after a loss an older socket stays until it has been silent for too long. No
 * promise breaks.
 */
import { Context, type Effect, type Scope } from "effect"
import type { DeviceId, InstanceId, NodeId } from "../domain/Ids.ts"

export interface SocketPlace {
  readonly device: DeviceId
  readonly instance: InstanceId
  readonly node: NodeId
  /** Names the socket uniquely among those of its gateway, for the gateway's whole life. Without spaces. */
  readonly key: string
}

export class SocketPlaces extends Context.Tag("@hibiki/core/ports/SocketPlaces")<
  SocketPlaces,
  {
    /**
     * A socket was opened. Of several sockets of one instance the one taken last is the newest. Never waits; drops the
     * notice if it can't be sent.
     */
    readonly take: (place: SocketPlace) => void
    /** A socket has ended. A newer one stays recorded. */
    readonly leave: (place: SocketPlace) => void
    /**
     * Calls `displaced` with the key of each socket of this node whose instance has a newer one at another node, for as
     * long as the scope lives. Must not throw.
     */
    readonly listen: (node: NodeId, displaced: (key: string) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
