/**
 * WebSockets of a simulation, between a device's client and a gateway: latency, order, cuts, silence, a stuck reader;
 * and the supervision of a real transport.
 */
import type { ClientSocket, SocketHandlers } from "@hibiki/core/client/connection/SocketFactory"
import { outboxBytes } from "@hibiki/core/gateway/device/DeviceSession"
import type { SocketConnection } from "@hibiki/core/gateway/SocketConnection"
import type { CloseCode } from "@hibiki/core/protocol/CloseCode"
import type { EncodedFrame } from "@hibiki/core/protocol/ServerFrame"
import { Channel } from "./Channel.ts"
import type { Dice } from "./Dice.ts"
import type { SimulatedGateway } from "./SimulatedServer.ts"
import type { World } from "./World.ts"

/** As the server's transport has them. */
const pingEveryMs = 20_000
const deadAfterMs = 40_000
const stalledAfterMs = 10_000
const tendEveryMs = 1_000

type Down =
  | { readonly _tag: "open" }
  | { readonly _tag: "text"; readonly text: string }
  | { readonly _tag: "close"; readonly code: number }
type Up = { readonly _tag: "text"; readonly text: string } | { readonly _tag: "close" }

/** Receives all traffic, for the history. */
export interface SocketListener {
  readonly opened: () => void
  readonly closed: (code: number) => void
  readonly sent: (text: string) => void
  readonly received: (text: string) => void
}

export class SimulatedSocket implements ClientSocket {
  readonly #world: World
  readonly #dice: Dice
  readonly #handlers: SocketHandlers
  readonly #listener: SocketListener
  readonly #down: Channel<Down>
  readonly #up: Channel<Up>
  /** Undefined: none was up. */
  readonly gateway: SimulatedGateway | undefined
  #connection: SocketConnection | undefined
  #clientEnded = false
  #serverEnded = false
  #isClosed = false
  #isSilent = false
  #buffered = 0
  #slow = false
  #heardAt: number
  #pingedAt: number
  #movedAt: number

  constructor(
    world: World,
    dice: Dice,
    gateway: SimulatedGateway | undefined,
    handlers: SocketHandlers,
    listener: SocketListener
  ) {
    this.#world = world
    this.#dice = dice
    this.gateway = gateway
    this.#handlers = handlers
    this.#listener = listener
    const latency = () => 1 + dice.next() * 20
    this.#down = new Channel(world.time, latency, (item) => this.#arriveDown(item))
    this.#up = new Channel(world.time, latency, (item) => this.#arriveUp(item))
    this.#heardAt = this.#pingedAt = this.#movedAt = world.time.now
    world.time.at(world.time.now + latency(), () => world.time.scheduler.scheduleTask(() => this.#open()))
  }

  send(text: string): void {
    if (this.#clientEnded || this.#connection === undefined) return
    this.#listener.sent(text)
    this.#up.send({ _tag: "text", text })
  }

  close(): void {
    if (this.#clientEnded) return
    this.#endClient(undefined)
    if (this.#isSilent) this.#up.cut()
    else this.#up.send({ _tag: "close" })
  }

  get isOpen(): boolean {
    return !this.#clientEnded && this.#connection !== undefined
  }

  /** Everything in flight is lost, and each side notices on its own. */
  cut(): void {
    this.#up.cut()
    this.#down.cut()
    this.#later(() => this.#endClient(1006))
    this.#later(() => this.#endServer())
  }

  /** Nothing gets through, and its client has not noticed. */
  get isSilent(): boolean {
    return this.#isSilent && !this.#clientEnded
  }

  /** Nothing gets through any more, and nobody is notified. */
  silence(): void {
    this.#isSilent = true
    this.#up.cut()
    this.#down.cut()
  }

  setStuck(isStuck: boolean): void {
    if (isStuck) this.#down.hold()
    else this.#down.release()
  }

  #open(): void {
    if (this.#clientEnded) return
    if (this.gateway?.node.isUp !== true) return this.#endClient(1006)
    this.#connection = this.gateway.api.connect({
      address: "192.0.2.1",
      origin: "",
      write: (frames) => this.#write(frames),
      bufferedBytes: () => this.#buffered,
      silentMs: () => this.#world.time.now - this.#heardAt,
      setReading: (isReading) => {
        this.#slow ||= !isReading
        if (isReading) this.#up.release()
        else this.#up.hold()
      },
      close: (code) => this.#closeByServer(code)
    })
    this.#down.send({ _tag: "open" })
    this.#tendLater()
  }

  #write(frames: ReadonlyArray<EncodedFrame>): void {
    if (this.#serverEnded) return
    if (this.#buffered === 0) this.#movedAt = this.#world.time.now
    for (const { size, text } of frames) {
      this.#buffered += size
      this.#down.send({ _tag: "text", text })
    }
  }

  #arriveDown(item: Down): void {
    if (item._tag === "text") {
      this.#buffered -= new TextEncoder().encode(item.text).length
      this.#movedAt = this.#world.time.now
      if (this.#slow && this.#buffered <= outboxBytes.resume) {
        this.#slow = false
        this.#toServer((connection) => connection.drained())
      }
    }
    if (this.#clientEnded) return
    if (item._tag === "close") return this.#endClient(item.code)
    if (item._tag === "open") {
      this.#listener.opened()
      return this.#handlers.onOpen()
    }
    this.#listener.received(item.text)
    this.#handlers.onMessage(item.text)
  }

  #arriveUp(item: Up): void {
    if (this.#serverEnded) return
    this.#heardAt = this.#world.time.now
    if (item._tag === "close") this.#endServer()
    else this.#toServer((connection) => connection.text(item.text))
  }

  #closeByServer({ code }: CloseCode): void {
    if (this.#serverEnded) return
    this.#down.send({ _tag: "close", code })
    this.#later(() => this.#endServer())
  }

  #endClient(code: number | undefined): void {
    if (this.#clientEnded) return
    this.#clientEnded = true
    this.#tellClosed(code ?? 1000)
    if (code !== undefined) this.#handlers.onClose(code)
  }

  #endServer(): void {
    if (this.#serverEnded) return
    this.#serverEnded = true
    this.#tellClosed(1006)
    this.#up.cut()
    if (this.gateway?.node.isUp) this.#connection?.closed()
  }

  /** It is over as soon as it is for one side. */
  #tellClosed(code: number): void {
    if (!this.#isClosed) this.#listener.closed(code)
    this.#isClosed = true
  }

  #toServer(tell: (connection: SocketConnection) => void): void {
    if (this.#connection !== undefined && !this.#serverEnded && this.gateway?.node.isUp) tell(this.#connection)
  }

  #later(act: () => void): void {
    const { time } = this.#world
    time.at(time.now + this.#dice.next() * 500, () => time.scheduler.scheduleTask(act))
  }

  #tendLater(): void {
    const { time } = this.#world
    const openedAt = time.now
    const tend = () => {
      const connection = this.#connection
      if (this.#serverEnded || connection === undefined || !this.gateway?.node.isUp) return
      const { now } = time
      const late = connection.late(now - openedAt)
      if (late !== undefined) this.#closeByServer(late)
      else if (now - this.#heardAt >= deadAfterMs && !this.#slow) return this.cut()
      if (now - this.#pingedAt >= pingEveryMs) {
        this.#pingedAt = now
        if (!this.#isSilent && !this.#clientEnded) this.#heardAt = now
      }
      if (this.#buffered > 0 && now - this.#movedAt >= stalledAfterMs && !this.#slow) {
        this.#slow = true
        connection.stalled()
      }
      time.at(now + tendEveryMs, () => time.scheduler.scheduleTask(tend))
    }
    time.at(time.now + tendEveryMs, () => time.scheduler.scheduleTask(tend))
  }
}
