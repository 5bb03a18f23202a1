/** RFC 6455 framing of what the server sends: unmasked text, one frame a message, framed once for all its sockets. */
import type { EncodedFrame } from "@hibiki/core/protocol/EncodedFrame"

const textFrame = 0x81

/** The frame's bytes, made at the first use and shared after that. */
export const wireOf = (frame: EncodedFrame): Uint8Array => {
  frame.wire ??= frameText(frame.text)
  return frame.wire
}

const frameText = (text: string): Uint8Array => {
  const length = Buffer.byteLength(text)
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  // Memory of its own: a piece of node's shared pool would keep 8 KB alive for as long as one slow reader waits for it.
  const bytes = Buffer.allocUnsafeSlow(header + length)
  bytes[0] = textFrame
  if (header === 2) bytes[1] = length
  else if (header === 4) {
    bytes[1] = 126
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = 127
    bytes.writeBigUInt64BE(BigInt(length), 2)
  }
  bytes.write(text, header)
  return bytes
}

/** All frames in one piece. `kept`: they may wait for long, hence memory of their own. */
export const joined = (frames: ReadonlyArray<EncodedFrame>, kept: boolean): Uint8Array => {
  const [only] = frames
  if (frames.length === 1 && only !== undefined) return wireOf(only)
  const wires = frames.map(wireOf)
  return kept ? joinedApart(wires) : Buffer.concat(wires)
}

const joinedApart = (wires: ReadonlyArray<Uint8Array>): Uint8Array => {
  const bytes = Buffer.allocUnsafeSlow(wires.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const wire of wires) {
    bytes.set(wire, at)
    at += wire.length
  }
  return bytes
}
