/** Follows one conversation over a socket as the protocol says, and holds each event against what was sent. */
import { randomUUID } from "node:crypto"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { call } from "../../test/e2e/kill/api.ts"
import type { Account } from "../../test/e2e/kill/load.ts"
import { SharedDecoder } from "./SharedDecoder.ts"
import { WireSocket } from "./WireSocket.ts"

export interface Sent {
  readonly text: string
  /** When it was to be sent, by this process's clock. */
  readonly dueMs: number
}

/** Answers to commands of this socket's own. */
export type AnswerFrame = Extract<ServerFrame, { readonly op: "accepted" | "refused" | "busy" }>

export interface LogReaderOptions {
  readonly origin: string
  readonly account: Account
  readonly conversationId: string
  /** Whatever anybody has posted there since the first reader came, by id. */
  readonly sent: ReadonlyMap<string, Sent>
  /** How frames are taken, if not as they come. */
  readonly pace?: (take: () => void) => void
  /** One of these has come, in its place. */
  readonly onDelivery: (sent: Sent) => void
}

const decoder = new SharedDecoder()

export class LogReader {
  /** What must not happen, as sentences. */
  readonly wrong: Array<string> = []
  /** Everything up to here was read, one by one from where the first socket began. */
  cursor: number | undefined
  onAnswer: (frame: AnswerFrame) => void = () => undefined
  private epoch: string | null = null
  private resumeTicket = ""
  private connected: WireSocket | undefined
  private waiting: Array<{ readonly seq: number; readonly reached: () => void }> = []

  constructor(private readonly options: LogReaderOptions) {}

  get socket(): WireSocket {
    if (this.connected === undefined) throw new Error("not connected")
    return this.connected
  }

  /** A socket that is live; one after the first goes on where the one before ended. */
  async connect(): Promise<void> {
    const { account, conversationId, origin } = this.options
    const ticket =
      this.resumeTicket === ""
        ? (await call<{ ticket: string }>(origin, "ticket.issue", {}, account.accessToken)).ticket
        : this.resumeTicket
    const socket = await WireSocket.open(origin)
    this.connected = socket
    const live = new Promise<void>((resolve, reject) => {
      const take = (bytes: Buffer) => {
        const frame = decoder.decode(bytes)
        if (frame?.op === "live") resolve()
        else if (frame === undefined) this.wrong.push(`can't be read: ${bytes.toString("utf8", 0, 200)}`)
        else this.take(frame)
      }
      const { pace } = this.options
      const later = (bytes: Buffer) => {
        const own = Buffer.from(bytes)
        pace?.(() => take(own))
      }
      socket.onText = pace === undefined ? take : later
      void socket.ended.then(() => reject(new Error(`a socket ended with ${socket.closeCode} before it was live`)))
    })
    const cursors = this.cursor === undefined ? [] : [[conversationId, this.cursor]]
    const { deviceId: device } = account
    socket.send({
      op: "hello",
      version: 1,
      ticket,
      device,
      instance: randomUUID(),
      epoch: this.epoch,
      cursors,
      last: true
    })
    await live
  }

  /** Settled when it has read up to `seq`. */
  reach(seq: number): Promise<void> {
    return (this.cursor ?? 0) >= seq ? Promise.resolve() : new Promise((reached) => this.waiting.push({ seq, reached }))
  }

  private take(frame: ServerFrame): void {
    if (frame.op === "welcome") {
      this.epoch = frame.epoch
      this.resumeTicket = frame.resumeTicket
    }
    if (!("conversationId" in frame) || frame.conversationId !== this.options.conversationId) return
    if (frame.op === "events")
      for (const event of frame.events) this.takeEvent(event.seq, event.id, event.kind === "posted" ? event.text : "")
    else if (frame.op === "behind" && this.cursor === undefined) this.cursor = frame.head
    else if (frame.op === "accepted" || frame.op === "refused" || frame.op === "busy") {
      // In its place it stands for the event itself.
      if (frame.op === "accepted" && frame.seq === (this.cursor ?? 0) + 1)
        this.takeEvent(frame.seq, frame.id, this.options.sent.get(frame.id)?.text)
      this.onAnswer(frame)
    } else this.wrong.push(`${frame.op} at ${this.cursor}`)
  }

  private takeEvent(seq: number, id: string, text: string | undefined): void {
    const after = this.cursor ?? 0
    if (seq !== after + 1) this.wrong.push(`${seq} after ${after}`)
    this.cursor = seq
    const sent = this.options.sent.get(id)
    if (sent === undefined) this.wrong.push(`${seq} was sent by nobody`)
    else if (sent.text !== text) this.wrong.push(`${seq} has another text`)
    else this.options.onDelivery(sent)
    if (this.waiting.length === 0) return
    for (const { reached, seq: wanted } of this.waiting) if (wanted <= seq) reached()
    this.waiting = this.waiting.filter(({ seq: wanted }) => wanted > seq)
  }
}
