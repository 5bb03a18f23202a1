/**
 * One way through the network, for what one process says to one service: a TCP proxy on the loopback that can cut,
 * delay and swallow what passes.
 */
import { connect, createServer, type Server, type Socket } from "node:net"
import { Wire } from "./Wire.ts"

export interface LinkCounts {
  /** Connections that were let through. */
  readonly opened: number
  /** Connections that were reset, those that were refused included. */
  readonly reset: number
  readonly swallowedBytes: number
  readonly delayedChunks: number
}

/** Of what a process says to a service, and of what it answers. */
export const directions = ["toService", "fromService"] as const
export type Direction = (typeof directions)[number]

interface Pair {
  readonly client: Socket
  readonly target: Socket
  readonly wires: Readonly<Record<Direction, Wire>>
}

export class Link {
  readonly name: string
  readonly #targets: () => ReadonlyArray<number>
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  readonly #counts = { opened: 0, reset: 0, swallowedBytes: 0, delayedChunks: 0 }
  #isCut = false
  /** The directions in which nothing passes. */
  #swallows: ReadonlyArray<Direction> = []
  #delayMs = 0

  /** `targets`: ports of the loopback, in the order in which they are tried for a new connection. */
  private constructor(name: string, targets: () => ReadonlyArray<number>) {
    this.name = name
    this.#targets = targets
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#take(client))
  }

  static open(name: string, targets: () => ReadonlyArray<number>): Promise<Link> {
    const link = new Link(name, targets)
    return new Promise((resolve, reject) => {
      link.#server.once("error", reject)
      link.#server.listen(0, "127.0.0.1", () => resolve(link))
    })
  }

  get port(): number {
    const address = this.#server.address()
    if (typeof address !== "object" || address === null) throw new Error(`${this.name} is not open`)
    return address.port
  }

  get counts(): LinkCounts {
    return this.#counts
  }

  get connections(): number {
    return this.#pairs.size
  }

  /** Every connection is reset now, and new ones at once, until it is mended. */
  cut(): void {
    this.#isCut = true
    this.reset()
  }

  /** Every connection is reset now; new ones pass. */
  reset(): void {
    for (const pair of [...this.#pairs]) this.#resetPair(pair)
  }

  /** Nothing passes any more in these directions, on open connections and on new ones, and nobody is told. */
  swallow(swallows: ReadonlyArray<Direction> = directions): void {
    this.#swallows = swallows
    for (const { wires } of this.#pairs) for (const direction of swallows) wires[direction].isDead = true
  }

  /** Everything comes later by so much, in both directions. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** New connections pass; those that were swallowed stay dead. */
  mend(): void {
    this.#isCut = false
    this.#swallows = []
    this.#delayMs = 0
  }

  close(): Promise<void> {
    for (const { client, target } of this.#pairs) for (const socket of [client, target]) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #take(client: Socket): void {
    client.on("error", () => undefined)
    if (this.#isCut) return this.#refuse(client)
    this.#try(client, this.#targets())
  }

  #try(client: Socket, [port, ...others]: ReadonlyArray<number>): void {
    if (port === undefined) return this.#refuse(client)
    const target = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true })
    const failed = () => this.#try(client, others)
    target.once("error", failed)
    target.once("connect", () => {
      target.off("error", failed)
      target.on("error", () => undefined)
      this.#join(client, target)
    })
  }

  #join(client: Socket, target: Socket): void {
    if (client.destroyed || this.#isCut) {
      target.destroy()
      return this.#refuse(client)
    }
    this.#counts.opened++
    const wires = {
      toService: this.#wire("toService", client, target),
      fromService: this.#wire("fromService", target, client)
    }
    const pair: Pair = { client, target, wires }
    this.#pairs.add(pair)
    // What one side tells of its end the other hears, unless the network swallows it.
    const over = (wire: Wire, other: Socket) => {
      if (!this.#pairs.has(pair)) return
      if (client.destroyed && target.destroyed) this.#pairs.delete(pair)
      else if (!wire.isDead) other.destroySoon()
    }
    client.on("close", () => over(wires.toService, target))
    target.on("close", () => over(wires.fromService, client))
  }

  #wire(direction: Direction, from: Socket, to: Socket): Wire {
    const wire = new Wire(to, () => this.#delayMs, this.#counts)
    wire.isDead = this.#swallows.includes(direction)
    from.on("data", (chunk) => wire.carry(chunk))
    from.on("end", () => wire.end())
    return wire
  }

  #refuse(client: Socket): void {
    this.#counts.reset++
    client.resetAndDestroy()
  }

  #resetPair(pair: Pair): void {
    this.#pairs.delete(pair)
    this.#counts.reset++
    pair.client.resetAndDestroy()
    pair.target.resetAndDestroy()
  }
}
