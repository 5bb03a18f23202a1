/** A socket that asks for the same range of a log again and again. */
import { randomUUID } from "node:crypto"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { call } from "../../test/e2e/kill/api.ts"
import type { Account } from "../../test/e2e/kill/load.ts"
import { WireSocket } from "../kit/WireSocket.ts"

export interface RangeReaderOptions {
  readonly origin: string
  readonly account: Account
  readonly conversationId: string
  /** The range is from the first seq to this one. */
  readonly last: number
}

/** What a range brought; with a delay it was refused. */
export interface RangeAnswer {
  readonly bytes: number
  readonly retryAfterMs?: number
}

/** Nothing comes any more of a range that was cut at its size. */
const quietMs = 100

export class RangeReader {
  private bytes = 0
  private timer: NodeJS.Timeout | undefined
  private answer: (answer: RangeAnswer) => void = () => undefined

  private constructor(
    private readonly socket: WireSocket,
    private readonly options: RangeReaderOptions
  ) {}

  static async open(options: RangeReaderOptions): Promise<RangeReader> {
    const { account, origin } = options
    const { ticket } = await call<{ ticket: string }>(origin, "ticket.issue", {}, account.accessToken)
    const socket = await WireSocket.open(origin)
    const reader = new RangeReader(socket, options)
    await new Promise<void>((live, failed) => {
      socket.onText = (bytes) => reader.take(bytes, live)
      void socket.ended.then(() => failed(new Error(`a socket ended with ${socket.closeCode} before it was live`)))
      const { deviceId: device } = account
      socket.send({
        op: "hello",
        version: 1,
        ticket,
        device,
        instance: randomUUID(),
        epoch: null,
        cursors: [],
        last: true
      })
    })
    return reader
  }

  ask(): Promise<RangeAnswer> {
    const { conversationId, last } = this.options
    return new Promise((answer) => {
      this.bytes = 0
      this.answer = answer
      this.socket.send({ op: "range", conversationId, from: 1, to: last })
    })
  }

  close(): void {
    clearTimeout(this.timer)
    this.socket.destroy()
  }

  private take(bytes: Buffer, live: () => void): void {
    this.bytes += bytes.length
    // Events are long, and of no interest.
    const frame = bytes.length > 1_000 ? undefined : (JSON.parse(bytes.toString("utf8")) as ServerFrame)
    if (frame?.op === "live") live()
    else if (frame?.op === "busy") this.answer({ bytes: 0, retryAfterMs: frame.retryAfterMs })
    else if (frame === undefined) {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.answer({ bytes: this.bytes }), quietMs)
    }
  }
}
