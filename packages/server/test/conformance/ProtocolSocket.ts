/** One socket of the chat protocol by hand: sends anything, and waits for frames and for the close, each with a deadline. */
import { connect as connectPlain, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { decodeServerFrame } from "@hibiki/core/protocol/FrameCodecClient"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { WebSocket } from "ws"
import { shown } from "./Mismatch.ts"

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** What the server must do on its own account. */
export const frameWithinMs = 5_000

export type FrameOf<Op extends ServerFrame["op"]> = Extract<ServerFrame, { readonly op: Op }>

export class ProtocolSocket {
  /** Frames that nobody has taken yet, in their order. */
  readonly heard: Array<ServerFrame> = []
  private end: Closed | undefined
  private fault: string | undefined
  private readonly waiting = new Set<() => void>()

  private constructor(
    private readonly socket: WebSocket,
    private readonly stream: () => Socket | undefined
  ) {
    socket.on("message", (data, isBinary) => {
      const text = String(data)
      const frame = isBinary ? undefined : decodeServerFrame(text)
      if (frame === undefined) this.fault ??= `a frame that a client can't read: ${shown(text)}`
      else this.heard.push(frame)
      this.wake()
    })
    socket.on("error", () => undefined)
    socket.on("close", (code, reason) => {
      this.end = { code, reason: String(reason) }
      this.wake()
    })
  }

  static open(origin: string): Promise<ProtocolSocket> {
    const { hostname, port, protocol } = new URL(origin)
    let stream: Socket | undefined
    const secure = protocol === "https:"
    const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/ws`, {
      perMessageDeflate: false,
      // Kept, so that bytes which are no frames can be sent too.
      createConnection: () => {
        const place = { host: hostname, port: Number(port || (secure ? 443 : 80)) }
        stream = secure ? connectTls({ ...place, servername: hostname }) : connectPlain(place)
        return stream
      }
    })
    const opened = new ProtocolSocket(socket, () => stream)
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(opened))
      socket.once("error", reject)
    })
  }

  send(frame: { readonly op: string; readonly [field: string]: unknown }): void {
    this.socket.send(JSON.stringify(frame))
  }

  text(text: string): void {
    this.socket.send(text)
  }

  binary(bytes: Uint8Array): void {
    this.socket.send(bytes, { binary: true })
  }

  /** Past the WebSocket's own framing. */
  raw(bytes: Uint8Array): void {
    this.stream()?.write(bytes)
  }

  /** The next frame that fits is taken out of what was heard. */
  take<A>(what: string, fits: (frame: ServerFrame) => A | undefined, withinMs = frameWithinMs): Promise<A> {
    return this.until(what, withinMs, () => {
      for (const [at, frame] of this.heard.entries()) {
        const found = fits(frame)
        if (found === undefined) continue
        this.heard.splice(at, 1)
        return found
      }
      if (this.end !== undefined) throw new Error(`the socket closed with ${this.end.code} while waiting for ${what}`)
      return undefined
    })
  }

  takeOp<Op extends ServerFrame["op"]>(
    op: Op,
    fits: (frame: FrameOf<Op>) => boolean = () => true,
    withinMs?: number
  ): Promise<FrameOf<Op>> {
    const isOp = (frame: ServerFrame): frame is FrameOf<Op> => frame.op === op
    return this.take(op, (frame) => (isOp(frame) && fits(frame) ? frame : undefined), withinMs)
  }

  closed(withinMs = frameWithinMs): Promise<Closed> {
    return this.until("the close", withinMs, () => this.end)
  }

  terminate(): void {
    this.socket.terminate()
  }

  private wake(): void {
    for (const look of [...this.waiting]) look()
  }

  private until<A>(what: string, withinMs: number, look: () => A | undefined): Promise<A> {
    return new Promise((resolve, reject) => {
      const finish = (then: () => void) => {
        clearTimeout(timer)
        this.waiting.delete(attempt)
        then()
      }
      const attempt = () => {
        try {
          if (this.fault !== undefined) throw new Error(this.fault)
          const found = look()
          if (found !== undefined) finish(() => resolve(found))
        } catch (error) {
          finish(() => reject(error))
        }
      }
      const late = () => finish(() => reject(new Error(`no ${what} within ${withinMs} ms; heard ${shown(this.heard)}`)))
      const timer = setTimeout(late, withinMs)
      this.waiting.add(attempt)
      attempt()
    })
  }
}
