/**
 * A WebSocket client by hand on a plain TCP connection, as lean as a load generator must be: what comes in is read in
 * place, from one buffer that all sockets share, and given on as a range of it.
 */
import { createConnection, type Socket } from "node:net"
import { upgrade } from "../../../test/conformance/raw/upgrade.ts"

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const
const headerEnd = Buffer.from("\r\n\r\n")
/** One read of any socket; whatever is kept of it is copied. */
const readBuffer = Buffer.allocUnsafeSlow(1_048_576)

export interface SocketEvents {
  readonly upgraded: () => void
  /** A text message: `bytes` from `from` to before `to`, to be read in this turn. */
  readonly text: (bytes: Buffer, from: number, to: number) => void
  /** What the server said about it, if anything. */
  readonly ended: (why: string) => void
}

export class ClientSocket {
  private readonly stream: Socket
  private rest: Buffer | undefined
  private isUpgraded = false
  private why = "without a word"

  /**
   * `localAddress`: of the loopback, so that no address runs out of ports, and no limit of one address is in the way.
   */
  constructor(
    port: number,
    localAddress: string,
    path: string,
    private readonly events: SocketEvents
  ) {
    this.stream = createConnection({
      ...{ port, host: "127.0.0.1", localAddress, noDelay: true },
      onread: {
        buffer: readBuffer,
        callback: (length, bytes) => {
          this.take(bytes, length)
          return true
        }
      }
    })
    // What the server cuts while bytes are on their way is a reset.
    this.stream.on("error", () => undefined)
    this.stream.on("end", () => this.stream.destroy())
    this.stream.on("close", () => this.events.ended(this.why))
    this.stream.write(upgrade(path))
  }

  write(bytes: Uint8Array): void {
    this.stream.write(bytes)
  }

  destroy(): void {
    this.stream.destroy()
  }

  private take(chunk: Uint8Array, length: number): void {
    let bytes = readBuffer
    let to = length
    if (this.rest !== undefined) {
      bytes = Buffer.concat([this.rest, chunk.subarray(0, length)])
      to = bytes.length
      this.rest = undefined
    }
    let at = 0
    if (!this.isUpgraded) {
      const end = bytes.subarray(0, to).indexOf(headerEnd)
      if (end < 0) {
        this.rest = Buffer.from(bytes.subarray(0, to))
        return
      }
      const answer = bytes.toString("latin1", 0, to)
      if (!answer.startsWith("HTTP/1.1 101 ")) {
        this.why = answer.slice(0, answer.indexOf("\r\n"))
        this.stream.destroy()
        return
      }
      at = end + headerEnd.length
      this.isUpgraded = true
      this.events.upgraded()
    }
    at = this.takeFrames(bytes, at, to)
    if (at < to) this.rest = Buffer.from(bytes.subarray(at, to))
  }

  /** Of a server: unmasked and in one piece. Gives where the first frame begins that is not whole. */
  private takeFrames(bytes: Buffer, from: number, to: number): number {
    let at = from
    while (at + 2 <= to) {
      const short = bytes[at + 1] ?? 0
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (at + head > to) return at
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
      const end = at + head + length
      if (end > to) return at
      const opcode = (bytes[at] ?? 0) & 0x0f
      if (opcode === opcodes.text) this.events.text(bytes, at + head, end)
      else if (opcode === opcodes.ping) this.write(clientFrame(bytes.toString("latin1", at + head, end), opcodes.pong))
      else if (opcode === opcodes.close) {
        this.why =
          length < 2
            ? "closed"
            : `closed: ${bytes.readUInt16BE(at + head)} ${bytes.toString("utf8", at + head + 2, end)}`
        this.stream.end()
      }
      at = end
    }
    return at
  }
}

/** A client's text frame. The mask is of zeros, which leaves the payload as it is; the server's work is the same. */
export const clientFrame = (text: string, opcode: number = opcodes.text): Buffer => {
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const bytes = Buffer.allocUnsafe(head + 4 + length)
  bytes[0] = 0x80 | opcode
  bytes[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127)
  if (head === 4) bytes.writeUInt16BE(length, 2)
  else if (head === 10) bytes.writeBigUInt64BE(BigInt(length), 2)
  bytes.writeUInt32BE(0, head)
  bytes.write(text, head + 4, "utf8")
  return bytes
}
