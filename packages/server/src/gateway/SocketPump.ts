/** One WebSocket as the gateway's transport: bytes in and out, back-pressure, heartbeats. Decides nothing. */
import type { Duplex } from "node:stream"
import type { Connection } from "@hibiki/core/devices/Connection"
import { outboxBytes } from "@hibiki/core/devices/DeviceSession"
import type { DeviceSocket } from "@hibiki/core/devices/DeviceSocket"
import type { CloseCode } from "@hibiki/core/protocol/CloseCode"
import type { WebSocket } from "ws"
import { joined } from "./Framing.ts"

/** A peer that does not answer a close is cut after this. */
const closeWithinMs = 3_000
/** What was written and did not move for so long makes a socket slow, however little it is. */
const stalledAfterMs = 10_000
/** Memory of a waiting write besides its bytes, some 400 measured: a thousand short frames would else pass for nothing. */
const writeBytes = 512

export interface SocketPump {
  readonly openedAtMs: number
  /** Looks after the socket; called every few seconds. */
  readonly tend: (nowMs: number) => void
  readonly isOpen: () => boolean
  readonly close: (code: CloseCode) => void
}

/** What is told of the socket. */
export type PumpedConnection = Pick<Connection, "isOpen" | "text" | "binary" | "drained" | "stalled" | "closed">

export interface PumpTimes {
  readonly now: () => number
  readonly pingEveryMs: number
  readonly deadAfterMs: number
}

/**
 * Takes over a socket after its upgrade. Frames are written to `stream`, the connection under `socket`, in one piece a turn: `ws` writes
 * its own control frames whole and compresses nothing, so the two never mix within a frame.
 */
export const pumpSocket = (
  socket: WebSocket,
  stream: Duplex,
  address: string,
  times: PumpTimes,
  connect: (socket: DeviceSocket) => PumpedConnection,
  onGone: () => void
): SocketPump => {
  const openedAtMs = times.now()
  let heardAtMs = openedAtMs
  let pingedAtMs = openedAtMs
  let movedAtMs = openedAtMs
  let slow = false
  let writesWaiting = 0
  let closing = false
  let cutForSilence = false
  let cutTimer: NodeJS.Timeout | undefined

  const bufferedBytes = () => stream.writableLength + writesWaiting * writeBytes
  const onWritten = () => {
    movedAtMs = times.now()
    writesWaiting--
    if (slow && bufferedBytes() <= outboxBytes.resume) {
      slow = false
      connection.drained()
    }
  }
  const close = (code: CloseCode) => {
    if (closing) return
    closing = true
    socket.resume()
    socket.close(code.code, code.reason)
    cutTimer = setTimeout(() => socket.terminate(), closeWithinMs)
    cutTimer.unref()
  }
  const connection = connect({
    address,
    write: (frames) => {
      if (closing || stream.destroyed) return
      const waits = stream.writableLength > 0
      if (!waits) movedAtMs = times.now()
      writesWaiting++
      stream.write(joined(frames, waits), onWritten)
    },
    bufferedBytes,
    setReading: (reading) => {
      if (closing) return
      slow = slow || !reading
      if (reading) socket.resume()
      else socket.pause()
    },
    close,
    // What is not read is not heard; then what moves is the sign of life.
    silentMs: () => times.now() - (slow ? Math.max(heardAtMs, movedAtMs) : heardAtMs)
  })
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    heardAtMs = times.now()
    if (isBinary) connection.binary()
    else connection.text(data.toString("utf8"))
  })
  socket.on("pong", () => {
    heardAtMs = times.now()
  })
  // A broken frame or a reset: `ws` closes with its own code, and the close is told below.
  socket.on("error", () => undefined)
  socket.on("close", () => {
    clearTimeout(cutTimer)
    // An end that comes from the other side is a sign of life.
    if (!cutForSilence && !closing) heardAtMs = times.now()
    connection.closed()
    onGone()
  })
  return {
    openedAtMs,
    isOpen: () => connection.isOpen,
    close,
    tend: (nowMs) => {
      if (nowMs - heardAtMs >= times.deadAfterMs && !slow) {
        cutForSilence = true
        socket.terminate()
        return
      }
      if (nowMs - pingedAtMs >= times.pingEveryMs && !closing) {
        pingedAtMs = nowMs
        socket.ping()
      }
      if (stream.writableLength > 0 && nowMs - movedAtMs >= stalledAfterMs && !slow) {
        slow = true
        connection.stalled()
      }
    }
  }
}
