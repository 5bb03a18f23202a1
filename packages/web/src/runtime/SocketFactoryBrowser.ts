/** Sockets by the browser's WebSocket. */
import { type ClientSocket, SocketFactory, type SocketHandlers } from "@hibiki/core/client/connection/SocketFactory"
import { CloseCodes } from "@hibiki/core/protocol/CloseCode"
import { Layer } from "effect"

export const SocketFactoryBrowser = (url: string) =>
  Layer.succeed(SocketFactory, SocketFactory.of({ open: (handlers) => open(url, handlers) }))

/** What the platform lets a page close with; any other code it takes for a mistake. */
const mayClose = (code: number): boolean => code === 1000 || (code >= 3000 && code <= 4999)

const open = (url: string, handlers: SocketHandlers): ClientSocket => {
  const socket = new WebSocket(url)
  socket.addEventListener("open", () => handlers.onOpen())
  socket.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (typeof event.data === "string") handlers.onMessage(event.data)
    else socket.close(CloseCodes.badFrame.code)
  })
  socket.addEventListener("close", (event) => handlers.onClose(event.code))
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: (code) => socket.close(mayClose(code) ? code : 1000)
  }
}

/** The address of a socket beside the page's own. */
export const socketUrl = (origin: string, path: string): string => {
  const url = new URL(path, origin)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  return url.href
}
