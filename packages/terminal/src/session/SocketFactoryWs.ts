/** Sockets by the `ws` package: Node 20 has no WebSocket of its own. */
import { type ClientSocket, SocketFactory, type SocketHandlers } from "@hibiki/core/client/connection/SocketFactory"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { Layer } from "effect"
import { WebSocket } from "ws"

/** Larger than anything the server sends in one frame. */
const maxPayload = 16 * 1024 * 1024
const openTimeoutMs = 10_000

export const socketFactoryWs = (origin: string) => {
  const url = new URL("/ws", origin)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  return Layer.succeed(SocketFactory, SocketFactory.of({ open: (handlers) => open(url, handlers) }))
}

const open = (url: URL, handlers: SocketHandlers): ClientSocket => {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload, handshakeTimeout: openTimeoutMs })
  socket.on("open", handlers.onOpen)
  socket.on("message", (data, isBinary) => {
    if (isBinary) socket.close(CloseCodes.badFrame.code)
    else handlers.onMessage(data.toString())
  })
  socket.on("close", handlers.onClose)
  // `close` reports it as well.
  socket.on("error", () => undefined)
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: (code) => {
      socket.close(code)
      // The other side may be gone: then nobody answers.
      setTimeout(() => socket.terminate(), 1_000).unref()
    }
  }
}
