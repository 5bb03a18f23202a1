/**
 * Decodes what comes to many sockets of one process in the same bytes once, so that the clients' CPU time does not hide
 * the server's.
 */
import { decodeServerFrame, type ServerFrame } from "@hibiki/core/protocol/ServerFrame"

/** More than are on their way to different sockets at one time. */
const kept = 16

interface Decoded {
  readonly bytes: Buffer
  readonly frame: ServerFrame | undefined
}

export class SharedDecoder {
  private readonly latest: Array<Decoded> = []

  /** Undefined: what a client can't read. */
  decode(bytes: Buffer): ServerFrame | undefined {
    const known = this.latest.find((each) => each.bytes.equals(bytes))
    if (known !== undefined) return known.frame
    const decoded = { bytes: Buffer.from(bytes), frame: decodeServerFrame(bytes.toString("utf8")) }
    this.latest.unshift(decoded)
    if (this.latest.length > kept) this.latest.pop()
    return decoded.frame
  }
}
