/** One socket by hand: sends anything, and waits for messages and for the close, each with a deadline. */
import type { Socket } from "node:net"
import { WebSocket } from "ws"
import { originFor } from "./gateways.ts"
import { internalsIn } from "./internals.ts"
import { shown } from "./Mismatch.ts"
import { connectTo } from "./raw/RawConnection.ts"

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** What the server must do on its own account. */
export const frameWithinMs = 5_000

/** Undefined: nothing that the server may say. */
type Decode<Message> = (text: string) => Message | undefined

interface Connected {
  readonly socket: WebSocket
  readonly stream: Socket
}

/** Done when the server has taken the upgrade. `page`: the Origin that it names; none when not given. */
export const connectSocket = (url: string, path: string, page?: string): Promise<Connected> => {
  const origin = originFor(url, path)
  const stream = connectTo(origin)
  // The stream is kept, so that bytes which are no frames can be sent too.
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}${path}`, {
    perMessageDeflate: false,
    createConnection: () => stream,
    ...(page === undefined ? {} : { origin: page })
  })
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve({ socket, stream }))
    socket.once("error", reject)
  })
}

export class MessageSocket<Message> {
  /** What nobody has taken yet, in its order. */
  readonly heard: Array<Message> = []
  private readonly socket: WebSocket
  private readonly stream: Socket
  private end: Closed | undefined
  private fault: string | undefined
  private readonly waiting = new Set<() => void>()

  /** In the turn in which the upgrade was taken, so that no message is missed. */
  constructor({ socket, stream }: Connected, decode: Decode<Message>) {
    this.socket = socket
    this.stream = stream
    socket.on("message", (data, isBinary) => {
      const text = String(data)
      const message = isBinary ? undefined : decode(text)
      const inside = internalsIn(text)
      if (inside !== undefined) this.fault ??= `something of the inside: ${inside} in ${shown(text)}`
      if (message === undefined) this.fault ??= `a message that a client can't read: ${shown(text)}`
      else this.heard.push(message)
      this.wake()
    })
    socket.on("error", () => undefined)
    socket.on("close", (code, reason) => {
      this.end = { code, reason: String(reason) }
      this.wake()
    })
  }

  text(text: string): void {
    this.socket.send(text)
  }

  binary(bytes: Uint8Array): void {
    this.socket.send(bytes, { binary: true })
  }

  /** Past the WebSocket's own framing. */
  raw(bytes: Uint8Array): void {
    this.stream.write(bytes)
  }

  /** The next message that fits is taken out of what was heard. */
  take<A>(what: string, fits: (message: Message) => A | undefined, withinMs = frameWithinMs): Promise<A> {
    return this.until(what, withinMs, () => {
      for (const [at, message] of this.heard.entries()) {
        const found = fits(message)
        if (found === undefined) continue
        this.heard.splice(at, 1)
        return found
      }
      if (this.end !== undefined) throw new Error(`the socket closed with ${this.end.code} while waiting for ${what}`)
      return undefined
    })
  }

  closed(withinMs = frameWithinMs): Promise<Closed> {
    return this.until("the close", withinMs, () => this.end)
  }

  get isClosed(): boolean {
    return this.end !== undefined
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
