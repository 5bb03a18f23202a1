/** Answers an accepted WebSocket upgrade. The connection then belongs to the gateway. */
import { createHash } from "node:crypto"
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"

/** Defined by RFC 6455. */
const handshakeId = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

const acceptOf = (key: string): string => createHash("sha1").update(`${key}${handshakeId}`).digest("base64")

/** Answers without extensions or subprotocols, whatever the client offers. Returns false if the connection is gone. */
export const acceptUpgrade = (request: IncomingMessage, stream: Duplex, head: Uint8Array): boolean => {
  if (!stream.readable || !stream.writable) {
    stream.destroy()
    return false
  }
  // Removes node's own listener, which does nothing when either side may close by itself: two listeners need a list.
  // Removes them one by one, since the table of all takes twice as much memory.
  for (const listener of stream.listeners("end")) stream.off("end", listener as () => void)
  // An earlier request of the same connection may have set a timeout.
  request.socket.setTimeout(0)
  request.socket.setNoDelay(true)
  stream.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(request.headers["sec-websocket-key"] ?? "")}\r\n\r\n`
  )
  if (head.length > 0) stream.unshift(head)
  return true
}
