/**
 * RFC 6455 framing of what a client sends, from the bytes of its connection to messages. The reader has no state while
 * no frame or message is half read.
 */
import { isUtf8 } from "node:buffer"
import { Limits } from "@hibiki/core/domain/Limits"

/** Why the server gives up a connection: the client sent an invalid frame, invalid text, or too much. */
export const frameFaults = { protocol: 1_002, text: 1_007, tooMuch: 1_009 } as const
export type FrameFault = (typeof frameFaults)[keyof typeof frameFaults]

/** Receives each message, and a call for each frame before its content. */
export interface FrameTaker {
  readonly frame: () => void
  readonly text: (message: string) => void
  readonly binary: () => void
  /** `payload` is valid during the call only. */
  readonly pinged: (payload: Uint8Array) => void
  readonly ponged: () => void
  /** The client ends the connection, with this code or without one. Nothing after it may be read. */
  readonly ended: (code: number | undefined) => void
  /** The rest is unreadable. */
  readonly faulty: (fault: FrameFault) => void
}

/** The incomplete rest of the last bytes. */
export interface HalfRead {
  /** The bytes of a frame: at most its header and the longest message. */
  readonly frame: Gathered | undefined
  readonly message: HalfMessage | undefined
}

interface HalfMessage {
  readonly isText: boolean
  /** The bytes of its parts so far. */
  readonly bytes: Gathered
  parts: number
}

/**
 * Gathers bytes in memory of its own, which grows by doubling: each byte is copied a few times at most, however few
 * arrive at a time.
 */
class Gathered {
  private memory = Buffer.allocUnsafeSlow(0)
  length = 0

  get bytes(): Buffer {
    return this.memory.subarray(0, this.length)
  }

  add(more: Uint8Array): this {
    const length = this.length + more.length
    if (length > this.memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.memory.length))
      larger.set(this.bytes)
      this.memory = larger
    }
    this.memory.set(more, this.length)
    this.length = length
    return this
  }
}

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
const isKnown: ReadonlySet<number> = new Set(Object.values(opcodes))
const controlBytesMax = 125
const maskBytes = 4
/** The most parts of one message. A part may be empty, so the bound on bytes does not bound the parts. */
const partsMax = 128

/**
 * Reads all complete frames of `chunk`, whose bytes it changes. Returns the rest, to be passed in with the next chunk.
 */
export const readFrames = (chunk: Buffer, before: HalfRead | undefined, taker: FrameTaker): HalfRead | undefined => {
  const held = before?.frame?.add(chunk)
  const bytes = held === undefined ? chunk : held.bytes
  let message = before?.message
  let at = 0
  while (bytes.length - at >= 2) {
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]]
    if (!isHeader(first, second, message !== undefined)) return faulty(taker, frameFaults.protocol)
    const lengthBytes = extendedBytes(second & 0x7f)
    const from = at + 2 + lengthBytes + maskBytes
    if (bytes.length < at + 2 + lengthBytes) break
    const length = lengthBytes === 0 ? second & 0x7f : extendedLength(bytes, at + 2, lengthBytes)
    const opcode = first & 0x0f
    const isWhole = (first & 0x80) !== 0
    if (opcode < opcodes.close && length + (message?.bytes.length ?? 0) > Limits.frameBytes)
      return faulty(taker, frameFaults.tooMuch)
    if (bytes.length < from + length) break
    at = from + length
    taker.frame()
    const payload = unmasked(bytes, from, length)
    if (opcode >= opcodes.close) {
      if (!takeControl(opcode, payload, taker)) return undefined
    } else if (isWhole && message === undefined) {
      if (!takeMessage(opcode === opcodes.text, payload, taker)) return undefined
    } else {
      message ??= { isText: opcode === opcodes.text, bytes: new Gathered(), parts: 0 }
      if (++message.parts > partsMax) return faulty(taker, frameFaults.protocol)
      message.bytes.add(payload)
      if (!isWhole) continue
      const { bytes: whole, isText } = message
      message = undefined
      if (!takeMessage(isText, whole.bytes, taker)) return undefined
    }
  }
  if (at === bytes.length) return message === undefined ? undefined : { frame: undefined, message }
  return { frame: at === 0 && held !== undefined ? held : new Gathered().add(bytes.subarray(at)), message }
}

const faulty = (taker: FrameTaker, fault: FrameFault): undefined => {
  taker.faulty(fault)
  return undefined
}

/**
 * Whether the frame is masked, of a known kind and without unnegotiated bits. Within a message only its parts and
 * control frames are valid; control frames are short and unfragmented.
 */
const isHeader = (first: number, second: number, withinMessage: boolean): boolean => {
  const opcode = first & 0x0f
  if ((first & 0x70) !== 0 || (second & 0x80) === 0 || !isKnown.has(opcode)) return false
  if (opcode >= opcodes.close) return (first & 0x80) !== 0 && (second & 0x7f) <= controlBytesMax
  return (opcode === opcodes.continuation) === withinMessage
}

const extendedBytes = (short: number): 0 | 2 | 8 => (short < 126 ? 0 : short === 126 ? 2 : 8)

const extendedLength = (bytes: Buffer, at: number, size: 2 | 8): number =>
  size === 2 ? bytes.readUInt16BE(at) : bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)

/** Unmasks in place. */
const unmasked = (bytes: Buffer, from: number, length: number): Buffer => {
  const payload = bytes.subarray(from, from + length)
  const mask = from - maskBytes
  for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (bytes[mask + (i & 3)] ?? 0)
  return payload
}

/** Returns whether reading may go on. */
const takeMessage = (isText: boolean, payload: Buffer, taker: FrameTaker): boolean => {
  if (!isText) taker.binary()
  else if (isUtf8(payload)) taker.text(payload.toString("utf8"))
  else {
    taker.faulty(frameFaults.text)
    return false
  }
  return true
}

/** Returns whether reading may go on. */
const takeControl = (opcode: number, payload: Buffer, taker: FrameTaker): boolean => {
  if (opcode === opcodes.ping) taker.pinged(payload)
  else if (opcode === opcodes.pong) taker.ponged()
  else {
    takeClose(payload, taker)
    return false
  }
  return true
}

const takeClose = (payload: Buffer, taker: FrameTaker): void => {
  if (payload.length === 0) return taker.ended(undefined)
  const code = payload.length < 2 ? 0 : payload.readUInt16BE(0)
  if (!mayBeSent(code)) taker.faulty(frameFaults.protocol)
  else if (!isUtf8(payload.subarray(2))) taker.faulty(frameFaults.text)
  else taker.ended(code)
}

/** The codes that RFC 6455 and the registered extensions allow in a close. */
const mayBeSent = (code: number): boolean =>
  (code >= 1_000 && code <= 1_014 && code !== 1_004 && code !== 1_005 && code !== 1_006) ||
  (code >= 3_000 && code <= 4_999)
