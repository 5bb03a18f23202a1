/**
 * A WebSocket on a plain TCP connection: it can really stop reading, so that the network fills up to the server, and
 * costs a bench little.
 * All sockets of a process read into one buffer. Memory of its own for each piece that comes is memory outside of the
 * heap, by whose growth V8 begins to collect the whole heap: at 50 MB a second that is most of the time, in pauses that
 * would count as the server's.
 */
import { connect, type Socket } from "node:net"
import { framed } from "../../test/conformance/raw/framed.ts"
import { upgrade } from "../../test/conformance/raw/upgrade.ts"

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const
const headerEnd = "\r\n\r\n"

/** As much as node reads at once. */
const arrived = Buffer.alloc(65_536)
const nothing = Buffer.alloc(0)

interface Frame {
  readonly opcode: number
  readonly payload: Buffer
  readonly end: number
}

export class WireSocket {
  /** The number in the server's close frame. */
  closeCode: number | undefined
  /**
   * To be set in the turn in which the socket was opened. The bytes are the socket's: whoever keeps them copies them.
   */
  onText: (bytes: Buffer) => void = () => undefined
  private rest: Buffer = nothing
  private upgraded = false
  /** Settled when the connection has ended, by whichever side. */
  readonly ended: Promise<void>

  private readonly stream: Socket

  private constructor(
    origin: string,
    private readonly onUpgraded: (status: string) => void
  ) {
    const { hostname, port } = new URL(origin)
    const callback = (length: number) => {
      this.take(arrived.subarray(0, length))
      return true
    }
    const stream = connect({ host: hostname, port: Number(port), onread: { buffer: arrived, callback } }).setNoDelay(
      true
    )
    this.stream = stream
    // What the server cuts while bytes are on their way is a reset.
    stream.on("error", () => undefined)
    stream.on("end", () => stream.destroy())
    this.ended = new Promise((resolve) => stream.on("close", () => resolve()))
    stream.write(upgrade("/ws"))
  }

  static open(origin: string): Promise<WireSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WireSocket(origin, (status) =>
        status.startsWith("HTTP/1.1 101 ") ? resolve(socket) : reject(new Error(`no socket, but ${status}`))
      )
      void socket.ended.then(() => reject(new Error("the server ended the connection before it was a socket")))
    })
  }

  /** Our end of the connection, by which the system's tables know it. */
  get port(): number {
    return this.stream.localPort ?? 0
  }

  send(frame: object): void {
    this.stream.write(framed(JSON.stringify(frame)))
  }

  /** Takes nothing more from the network, pings included. */
  pause(): void {
    this.stream.pause()
  }

  resume(): void {
    this.stream.resume()
  }

  destroy(): void {
    this.stream.destroy()
  }

  private take(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let at = this.upgraded ? 0 : this.takeUpgrade(bytes)
    if (this.upgraded)
      for (let frame = frameAt(bytes, at); frame !== undefined; frame = frameAt(bytes, at)) {
        at = frame.end
        this.takeFrame(frame)
      }
    this.rest = at === bytes.length ? nothing : Buffer.from(bytes.subarray(at))
  }

  /** Where the frames begin. */
  private takeUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf(headerEnd)
    if (end < 0) return 0
    this.onUpgraded(bytes.toString("latin1", 0, end))
    this.upgraded = true
    return end + headerEnd.length
  }

  private takeFrame({ opcode, payload }: Frame): void {
    if (opcode === opcodes.text) this.onText(payload)
    else if (opcode === opcodes.ping) this.stream.write(framed(payload, { opcode: opcodes.pong }))
    else if (opcode === opcodes.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
      this.stream.end(framed(payload, { opcode: opcodes.close }))
    }
  }
}

/** Of a server: unmasked and in one piece. */
const frameAt = (bytes: Buffer, at: number): Frame | undefined => {
  if (bytes.length < at + 2) return undefined
  const short = bytes.readUInt8(at + 1)
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const from = at + 2 + extended
  if (bytes.length < from) return undefined
  const length =
    extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
  const end = from + length
  return bytes.length < end
    ? undefined
    : { opcode: bytes.readUInt8(at) & 0x0f, payload: bytes.subarray(from, end), end }
}
