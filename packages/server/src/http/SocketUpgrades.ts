/** Port: where the socket upgrades of `/ws` go, after the edge has let them through. */
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { Context, Layer } from "effect"

export class SocketUpgrades extends Context.Tag("@hibiki/server/http/SocketUpgrades")<
  SocketUpgrades,
  {
    /**
     * Takes the connection over, its errors included. The request is a well-formed WebSocket upgrade of an allowed
     * origin; `address` is the client's. Undefined: this process takes no sockets, and `/ws` is not found.
     */
    readonly handle: ((request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => void) | undefined
  }
>() {}

/** Of a process that is no gateway. */
export const NoSocketUpgrades = Layer.succeed(SocketUpgrades, SocketUpgrades.of({ handle: undefined }))
