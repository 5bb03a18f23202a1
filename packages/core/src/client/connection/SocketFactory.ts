/** Port: opens WebSockets. Plain callbacks, since every platform's socket has them. */
import { Context } from "effect"

export interface SocketHandlers {
  readonly onOpen: () => void
  /** One text message. A binary one closes the socket with 4400. */
  readonly onMessage: (text: string) => void
  /** Called once, also when the socket never opened (1006). No handler is called after it. */
  readonly onClose: (code: number) => void
}

export interface ClientSocket {
  /** Hands the text to the platform. Never throws; on a socket that is not open it does nothing. */
  readonly send: (text: string) => void
  /** Begins to close; may be called at any time and repeatedly. `onClose` need not follow. */
  readonly close: (code: number) => void
}

export class SocketFactory extends Context.Tag("@hibiki/core/client/connection/SocketFactory")<
  SocketFactory,
  {
    /** Begins to open a socket to this factory's gateway. Never throws, and calls no handler before it has returned. */
    readonly open: (handlers: SocketHandlers) => ClientSocket
  }
>() {}
