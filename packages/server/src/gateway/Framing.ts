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
  const bytes = Buffer.allocUnsafe(header + length)
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

/** All frames in one piece. */
export const joined = (frames: ReadonlyArray<EncodedFrame>): Uint8Array => {
  const [only] = frames
  return frames.length === 1 && only !== undefined ? wireOf(only) : Buffer.concat(frames.map(wireOf))
}
