/**
 * One WebSocket as the gateway's transport: bytes in and out, back-pressure, heartbeats. Decides nothing. It uses the
 * connection directly, without a library's objects around it: those took a quarter of an idle device's memory.
 */
import type { Duplex } from "node:stream"
import type { BucketRule } from "@hibiki/core/domain/TokenBucket"
import { type DeviceSocket, outboxBytes } from "@hibiki/core/gateway/device/DeviceSession"
import type { SocketConnection } from "@hibiki/core/gateway/SocketConnection"
import type { Origin } from "@hibiki/core/ports/Tickets"
import { type CloseCode, CloseCodes } from "@hibiki/core/protocol/CloseCode"
import type { EncodedFrame } from "@hibiki/core/protocol/ServerFrame"
import { type FrameFault, type FrameTaker, type HalfRead, readFrames } from "./FrameReader.ts"
import { closeFrame, joined, pingFrame, pongFrame } from "./Framing.ts"

/** The connection is cut if the peer does not answer a close within this time. */
const closeWithinMs = 3_000
/** A socket is slow if its written bytes did not move for this long, however few they are. */
const stalledAfterMs = 10_000
/**
 * The memory of a waiting write besides its bytes; some 400 measured. Without it a thousand short frames would count as
 * nothing.
 */
const writeBytes = 512

/** The socket's events. */
export type PumpedConnection = Pick<
  SocketConnection,
  "isOpen" | "late" | "text" | "binary" | "drained" | "stalled" | "closed"
>

/** Shared by all sockets of a gateway. */
export interface PumpHost {
  readonly now: () => number
  readonly pingEveryMs: number
  readonly deadAfterMs: number
  /** Frames per socket, of all kinds and including parts of messages. Whole numbers. */
  readonly frames: BucketRule
  readonly connect: (socket: DeviceSocket) => PumpedConnection
  readonly onGone: (pump: SocketPump) => void
}

/** By this key the listeners, which all sockets share, find their pump. */
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
  /**
   * Frames that no second has made up for yet. Each frame adds one and each second subtracts, so no clock is needed.
   */
  private framesSpent = 0
  /** Our close frame is in flight, or the connection ends without one. Nothing more is written. */
  private closing = false
  /** From here on the input of the other side is ignored. */
  private deaf = false
  private cutForSilence = false
  private cutTimer: NodeJS.Timeout | undefined = undefined
  private half: HalfRead | undefined = undefined
  private readonly connection: PumpedConnection
  /**
   * Set while a write is in flight: an idle socket has none. A bound method, since an arrow would retain a scope of its
   * own.
   */
  private onWritten: (() => void) | undefined = undefined

  /** `stream`: the connection after its handshake, without other listeners. */
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

  /** Sends the reason, waits for the other side's close, and ends. */
  close(code: CloseCode): void {
    if (!this.closing) this.sayGoodbye(closeFrame(code.code, code.reason))
  }

  /** Returns for how long nothing was heard. A slow socket is not read, so for it moving bytes are the sign of life. */
  silentMs(): number {
    return this.host.now() - (this.slow ? Math.max(this.heardAtMs, this.movedAtMs) : this.heardAtMs)
  }

  /** Upkeep of the socket; called every second. */
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

  /** This process stalled for that long. A client that could not be heard meanwhile was not silent. */
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
    // Ends a client that keeps pinging and reads no answer, before the answers fill the memory.
    if (this.bufferedBytes() > outboxBytes.most) this.stream.destroy()
    else this.send(pongFrame(payload))
  }

  ponged(): void {
    this.noteLife()
  }

  /** The other side closes, first or in answer to our close. */
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

  /** The other side sends nothing more. */
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
    // An end by the other side is a sign of life.
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

  /** From here on the input of the other side is read to its end and ignored. */
  private sayGoodbye(frame: Uint8Array | undefined): void {
    this.closing = true
    // A connection that is still being set up would otherwise take the place of the socket that came after it.
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

// One function each for all sockets: a closure for each socket and event would be a third of an idle socket's memory.
function onData(this: PumpedStream, chunk: Buffer): void {
  this[pumpOf]?.take(chunk)
}
function onEnd(this: PumpedStream): void {
  this[pumpOf]?.halfClosed()
}
// For example a reset: the close event below reports it.
const onError = (): void => undefined
function onClose(this: PumpedStream): void {
  this[pumpOf]?.gone()
}
