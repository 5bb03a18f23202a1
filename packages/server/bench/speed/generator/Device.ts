/** One device of the load generator: its socket, its place in each log, and the posts that it waits for. */
import { randomUUID } from "node:crypto"
import type { BenchDevice } from "../Scene.ts"
import { ClientSocket } from "./ClientSocket.ts"
import type { ScannedFrame } from "./FrameScan.ts"
import { helloOf, type Wire } from "./Wire.ts"

/** What all devices of the process share. */
export interface DeviceHost {
  readonly scanOf: (bytes: Buffer, from: number, to: number) => ScannedFrame
  /** Events in their place: of one frame, or one that stands for an own post. */
  readonly delivered: (device: Device, frame: ScannedFrame) => void
  readonly accepted: (device: Device, post: number) => void
  /** What is under way was not taken. */
  readonly busy: (device: Device, retryAfterMs: number) => void
  readonly wrong: (what: string) => void
}

export interface Journey {
  readonly welcomed: (ms: number) => void
  readonly live: () => void
  /** `end`: what ended the socket, without a word of the device. */
  readonly failed: (reason: string, end: string) => void
}

/** `heads`: of the references, which tell everything at once. */
interface Welcome {
  readonly epoch: string
  readonly resumeTicket: string
  readonly heads?: ReadonlyArray<readonly [log: string, head: number]>
}

export class Device {
  /** Of each log: everything up to there was read. */
  readonly cursors = new Map<string, number>()
  /** Of each log: what came before its turn, where that may be. */
  private readonly early = new Map<string, Set<number>>()
  /**
   * The posts of the frame under way that were not accepted yet: there is one frame at a time, as a client must have
   * it.
   */
  underWay: ReadonlyArray<number> = []
  private readonly instance = randomUUID()
  private socket: ClientSocket | undefined
  private resumeTicket = ""
  private epoch: string | null = null
  private journey: Journey | undefined
  private startedMs = 0
  private leaving = false

  constructor(
    readonly place: number,
    private readonly account: BenchDevice,
    private readonly wire: Wire,
    private readonly host: DeviceHost,
    private readonly inAnyOrder: boolean
  ) {}

  get isHere(): boolean {
    return this.socket !== undefined
  }

  /** `ticket` undefined: the one that the last socket was given. */
  connect(port: number, localAddress: string, ticket: string | undefined, journey: Journey): void {
    this.journey = journey
    this.leaving = false
    this.startedMs = performance.now()
    const { wire } = this
    const greeting = {
      ticket: ticket ?? this.resumeTicket,
      instance: this.instance,
      epoch: this.epoch,
      cursors: [...this.cursors]
    }
    const greet = () => this.send(wire.frame(helloOf(this.account, greeting)))
    this.socket = new ClientSocket(port, localAddress, wire.path, {
      upgraded: () => {
        if (wire.opening === undefined) greet()
        else this.send(wire.opening)
      },
      text: (bytes, from, to) => {
        if (wire.confirmsOpening(bytes, from)) greet()
        else this.take(bytes, from, to)
      },
      ended: (why) => {
        this.socket = undefined
        if (this.leaving) return
        if (this.journey === undefined) this.host.wrong(`device ${this.place} was cut off (${why})`)
        else this.journey.failed(`device ${this.place} was cut off before it was live (${why})`, why)
      }
    })
  }

  send(frame: Buffer): void {
    this.socket?.write(frame)
  }

  leave(): void {
    this.leaving = true
    this.socket?.destroy()
  }

  private take(bytes: Buffer, from: number, to: number): void {
    const at = this.wire.frameAt(bytes, from)
    if (at < 0) {
      const answer = this.wire.answer(bytes, from)
      if (answer !== undefined) this.socket?.write(answer)
      return
    }
    const frame = this.host.scanOf(bytes, at, to)
    if (frame.op === "events" || frame.op === "accepted") this.takeEvents(frame)
    else this.takeOther(frame.op, bytes.toString("utf8", at, bytes[to - 1] === closeBracket ? to - 1 : to))
  }

  private takeEvents(frame: ScannedFrame): void {
    const cursor = this.cursors.get(frame.log)
    if (cursor !== undefined) {
      if (this.inAnyOrder) this.cursors.set(frame.log, this.passedBy(frame, cursor))
      else {
        if (frame.first !== cursor + 1) this.host.wrong(`device ${this.place} got ${frame.first} after ${cursor}`)
        this.cursors.set(frame.log, frame.first + frame.count - 1)
      }
      this.host.delivered(this, frame)
    }
    if (this.underWay.length === 0) return
    // Where an own post comes as an event like any other, that is its acceptance.
    for (const post of frame.posts) {
      if (!this.underWay.includes(post)) continue
      this.underWay = this.underWay.filter((other) => other !== post)
      this.host.accepted(this, post)
    }
  }

  /** Up to where everything has come, with this frame. */
  private passedBy({ count, first, log }: ScannedFrame, cursor: number): number {
    const early = this.early.get(log) ?? new Set<number>()
    this.early.set(log, early)
    for (let seq = first; seq < first + count; seq++) {
      if (seq <= cursor || early.has(seq)) this.host.wrong(`device ${this.place} got ${seq} twice`)
      early.add(seq)
    }
    let passed = cursor
    while (early.delete(passed + 1)) passed++
    return passed
  }

  private takeOther(op: string, json: string): void {
    if (op === "live") {
      const { journey } = this
      this.journey = undefined
      journey?.live()
    } else if (op === "welcome") {
      const welcome: Welcome = JSON.parse(json)
      this.epoch = welcome.epoch
      this.resumeTicket = welcome.resumeTicket
      for (const [log, head] of welcome.heads ?? []) this.cursors.set(log, head)
      this.journey?.welcomed(performance.now() - this.startedMs)
    } else if (op === "behind") {
      const behind: { readonly conversationId: string; readonly head: number } = JSON.parse(json)
      this.cursors.set(behind.conversationId, behind.head)
    } else if (op === "busy") {
      const busy: { readonly retryAfterMs: number } = JSON.parse(json)
      this.host.busy(this, busy.retryAfterMs)
    } else if (op !== "pong" && op !== "presence" && op !== "reads")
      this.host.wrong(`device ${this.place} got ${json.slice(0, 200)}`)
  }
}

const closeBracket = 0x5d
