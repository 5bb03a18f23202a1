/**
 * One WebSocket as the gateway's transport: bytes in and out, back-pressure, heartbeats. Decides nothing. It takes the
 * connection as it is, without a library's objects around it: those were a quarter of what an idle device took.
 */
import type { Duplex } from "node:stream"
import type { BucketRule } from "@hibiki/core/domain/TokenBucket"
import { type DeviceSocket, outboxBytes } from "@hibiki/core/gateway/device/DeviceSession"
import type { SocketConnection } from "@hibiki/core/gateway/SocketConnection"
import type { Origin } from "@hibiki/core/ports/Tickets"
import { type CloseCode, CloseCodes } from "@hibiki/core/protocol/CloseCode"
import type { EncodedFrame } from "@hibiki/core/protocol/EncodedFrame"
import { type FrameFault, type FrameTaker, type HalfRead, readFrames } from "./FrameReader.ts"
import { closeFrame, joined, pingFrame, pongFrame } from "./Framing.ts"

/** A peer that does not answer a close is cut after this. */
const closeWithinMs = 3_000
/** What was written and did not move for so long makes a socket slow, however little it is. */
const stalledAfterMs = 10_000
/**
 * Memory of a waiting write besides its bytes, some 400 measured: a thousand short frames would else pass for nothing.
 */
const writeBytes = 512

/** What is told of the socket. */
export type PumpedConnection = Pick<
  SocketConnection,
  "isOpen" | "late" | "text" | "binary" | "drained" | "stalled" | "closed"
>

/** What all sockets of a gateway share. */
export interface PumpHost {
  readonly now: () => number
  readonly pingEveryMs: number
  readonly deadAfterMs: number
  /** Frames of one socket, of all kinds and parts of messages too. Whole numbers. */
  readonly frames: BucketRule
  readonly connect: (socket: DeviceSocket) => PumpedConnection
  readonly onGone: (pump: SocketPump) => void
}

/** How the listeners, which all sockets share, find the pump of theirs. */
const pumpOf = Symbol("pump")

interface PumpedStream extends Duplex {
  [pumpOf]?: SocketPump
}

export class SocketPump implements DeviceSocket, FrameTaker {
  private openedAtMs: number
  private heardAtMs: number
  private pingedAtMs: number
  private movedAtMs: number
  private slow = false
  private writesWaiting = 0
  /** Frames that no second has made good yet: counted at each one, so without a clock. */
  private framesSpent = 0
  /** Our close frame is on its way, or the connection ends without one: nothing more is written. */
  private closing = false
  /** What the other side sends means nothing any more. */
  private deaf = false
  private cutForSilence = false
  private cutTimer: NodeJS.Timeout | undefined = undefined
  private half: HalfRead | undefined = undefined
  private readonly connection: PumpedConnection
  /**
   * While something is being written: an idle socket has none. Bound, and not an arrow: that keeps a scope of its own
   * besides.
   */
  private onWritten: (() => void) | undefined = undefined

  /** `stream`: the connection after its handshake, with nobody else's listeners. */
  constructor(
    private readonly stream: Duplex,
    readonly address: string,
    readonly origin: Origin,
    private readonly host: PumpHost
  ) {
    this.openedAtMs = host.now()
    this.heardAtMs = this.openedAtMs
    this.pingedAtMs = this.openedAtMs
    this.movedAtMs = this.openedAtMs
    const pumped: PumpedStream = stream
    pumped[pumpOf] = this
    this.connection = host.connect(this)
    stream.on("data", onData)
    stream.on("end", onEnd)
    stream.on("error", onError)
    stream.on("close", onClose)
  }

  write(frames: ReadonlyArray<EncodedFrame>): void {
    const { stream } = this
    if (this.closing || stream.destroyed) return
    const waits = stream.writableLength > 0
    if (!waits) this.movedAtMs = this.host.now()
    this.send(joined(frames, waits))
  }

  bufferedBytes(): number {
    return this.stream.writableLength + this.writesWaiting * writeBytes
  }

  setReading(reading: boolean): void {
    if (this.closing) return
    this.slow = this.slow || !reading
    if (reading) this.stream.resume()
    else this.stream.pause()
  }

  /** Says why, hears the other side's goodbye, and ends. */
  close(code: CloseCode): void {
    if (!this.closing) this.sayGoodbye(closeFrame(code.code, code.reason))
  }

  /** What is not read is not heard; then what moves is the sign of life. */
  silentMs(): number {
    return this.host.now() - (this.slow ? Math.max(this.heardAtMs, this.movedAtMs) : this.heardAtMs)
  }

  /** Looks after the socket; called every second. */
  tend(nowMs: number): void {
    const late = this.connection.late(nowMs - this.openedAtMs)
    if (late !== undefined) return this.close(late)
    const { deadAfterMs, frames, pingEveryMs } = this.host
    this.framesSpent = Math.max(0, this.framesSpent - frames.ratePerSecond)
    if (nowMs - this.heardAtMs >= deadAfterMs && !this.slow) {
      this.cutForSilence = true
      this.stream.destroy()
      return
    }
    if (nowMs - this.pingedAtMs >= pingEveryMs && !this.closing) {
      this.pingedAtMs = nowMs
      this.send(pingFrame)
    }
    if (this.stream.writableLength > 0 && nowMs - this.movedAtMs >= stalledAfterMs && !this.slow) {
      this.slow = true
      this.connection.stalled()
    }
  }

  /** This process was held up for so long: who could not be heard was not silent. */
  excuse(heldUpMs: number): void {
    const nowMs = this.host.now()
    this.openedAtMs = Math.min(nowMs, this.openedAtMs + heldUpMs)
    this.heardAtMs = Math.min(nowMs, this.heardAtMs + heldUpMs)
    this.movedAtMs = Math.min(nowMs, this.movedAtMs + heldUpMs)
  }

  take(chunk: Buffer): void {
    if (!this.deaf) this.half = readFrames(chunk, this.half, this)
  }

  frame(): void {
    if (++this.framesSpent > this.host.frames.burst) this.close(CloseCodes.rateLimited)
  }

  text(message: string): void {
    if (this.closing) return
    this.noteLife()
    this.connection.text(message)
  }

  binary(): void {
    if (this.closing) return
    this.noteLife()
    this.connection.binary()
  }

  pinged(payload: Uint8Array): void {
    if (this.closing) return
    this.noteLife()
    // Who asks on and on and reads no answer is let go before the answers fill the memory.
    if (this.bufferedBytes() > outboxBytes.most) this.stream.destroy()
    else this.send(pongFrame(payload))
  }

  ponged(): void {
    this.noteLife()
  }

  /** The other side says goodbye, first or in answer to ours. */
  ended(code: number | undefined): void {
    this.deaf = true
    if (!this.closing) {
      this.noteLife()
      this.sayGoodbye(closeFrame(code))
    }
    this.stream.end()
  }

  faulty(fault: FrameFault): void {
    this.deaf = true
    if (!this.closing) {
      this.noteLife()
      this.sayGoodbye(closeFrame(fault))
    }
    this.stream.end()
  }

  /** Nothing more comes from the other side. */
  halfClosed(): void {
    this.deaf = true
    if (!this.closing) {
      this.noteLife()
      this.sayGoodbye(undefined)
    }
    this.stream.end()
  }

  /** The connection is gone. */
  gone(): void {
    clearTimeout(this.cutTimer)
    // An end that comes from the other side is a sign of life.
    if (!this.cutForSilence && !this.closing) this.noteLife()
    this.deaf = true
    this.half = undefined
    this.connection.closed()
    this.host.onGone(this)
  }

  private noteLife(): void {
    this.heardAtMs = this.host.now()
  }

  private send(bytes: Uint8Array): void {
    this.writesWaiting++
    this.onWritten ??= this.noteWritten.bind(this)
    this.stream.write(bytes, this.onWritten)
  }

  /** From here on what the other side says is read to its end, and means nothing. */
  private sayGoodbye(frame: Uint8Array | undefined): void {
    this.closing = true
    // Still on its way in, it would take the place of the socket that came after it.
    if (!this.connection.isOpen) this.connection.closed()
    const { stream } = this
    stream.resume()
    if (frame !== undefined && stream.writable) stream.write(frame)
    this.cutTimer = setTimeout(() => stream.destroy(), closeWithinMs)
    this.cutTimer.unref()
  }

  private noteWritten(): void {
    this.movedAtMs = this.host.now()
    this.writesWaiting--
    if (this.writesWaiting === 0) this.onWritten = undefined
    if (this.slow && this.bufferedBytes() <= outboxBytes.resume) {
      this.slow = false
      this.connection.drained()
    }
  }
}

// One function each for all sockets: a closure for each socket and event would be a third of what an idle one takes.
function onData(this: PumpedStream, chunk: Buffer): void {
  this[pumpOf]?.take(chunk)
}
function onEnd(this: PumpedStream): void {
  this[pumpOf]?.halfClosed()
}
// A reset, say: the close is told below.
const onError = (): void => undefined
function onClose(this: PumpedStream): void {
  this[pumpOf]?.gone()
}
