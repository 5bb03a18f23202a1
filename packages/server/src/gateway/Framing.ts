/** RFC 6455 framing of what the server sends: unmasked text, one frame per message, framed once for all sockets. */
import type { EncodedFrame } from "@hibiki/core/protocol/ServerFrame"

const textFrame = 0x81
const closeOpcode = 0x88
const pongOpcode = 0x8a

/** Asks the client for a sign of life. */
export const pingFrame: Uint8Array = Uint8Array.of(0x89, 0)

/** Returns the payload of the ping: at most 125 bytes. */
export const pongFrame = (payload: Uint8Array): Uint8Array => control(pongOpcode, payload)

/** Without a code if the client sent none. */
export const closeFrame = (code: number | undefined, reason = ""): Uint8Array => {
  if (code === undefined) return control(closeOpcode, new Uint8Array())
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return control(closeOpcode, payload)
}

const control = (first: number, payload: Uint8Array): Uint8Array => {
  const bytes = Buffer.allocUnsafe(2 + payload.length)
  bytes[0] = first
  bytes[1] = payload.length
  bytes.set(payload, 2)
  return bytes
}

/** Returns the frame's bytes, built on first use and shared after that. */
export const wireOf = (frame: EncodedFrame): Uint8Array => {
  frame.wire ??= framed(frame.text, true)
  return frame.wire
}

const framed = (text: string, kept: boolean): Uint8Array => {
  const length = Buffer.byteLength(text)
  const bytes = memory(headerOf(length) + length, kept)
  writeFrame(bytes, 0, text, length)
  return bytes
}

/** Joins all frames into one piece. `kept`: they may wait for long, and so need memory of their own. */
export const joined = (frames: ReadonlyArray<EncodedFrame>, kept: boolean): Uint8Array => {
  const [only] = frames
  if (frames.length === 1 && only !== undefined) return only.isShared ? wireOf(only) : framed(only.text, kept)
  const lengths: Array<number> = []
  let total = 0
  for (const frame of frames) {
    const length = frame.isShared ? wireOf(frame).length : Buffer.byteLength(frame.text)
    lengths.push(length)
    total += frame.isShared ? length : headerOf(length) + length
  }
  const bytes = memory(total, kept)
  let at = 0
  frames.forEach((frame, i) => {
    const length = lengths[i] ?? 0
    if (frame.isShared) {
      bytes.set(wireOf(frame), at)
      at += length
    } else at = writeFrame(bytes, at, frame.text, length)
  })
  return bytes
}

/** Memory of its own: a piece of node's shared pool keeps 8 KB alive for as long as one slow reader waits for it. */
const memory = (length: number, ofItsOwn: boolean): Buffer =>
  ofItsOwn ? Buffer.allocUnsafeSlow(length) : Buffer.allocUnsafe(length)

const headerOf = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Returns the end of the frame. `length`: of the text in UTF-8. */
const writeFrame = (bytes: Buffer, at: number, text: string, length: number): number => {
  const header = headerOf(length)
  bytes[at] = textFrame
  if (header === 2) bytes[at + 1] = length
  else if (header === 4) {
    bytes[at + 1] = 126
    bytes.writeUInt16BE(length, at + 2)
  } else {
    bytes[at + 1] = 127
    bytes.writeBigUInt64BE(BigInt(length), at + 2)
  }
  bytes.write(text, at + header)
  return at + header + length
}
