/**
 * One direction of one connection: what was given comes out in its order, later by the delay that held when it came in.
 */
import type { Socket } from "node:net"

interface Counts {
  swallowedBytes: number
  delayedChunks: number
}

/** The end of the stream, in its place among what was written. */
const end = Symbol("end")

export class Wire {
  readonly #to: Socket
  readonly #delayMs: () => number
  readonly #counts: Counts
  readonly #waiting: Array<readonly [dueAt: number, what: Buffer | typeof end]> = []
  #timer: NodeJS.Timeout | undefined
  isDead = false

  constructor(to: Socket, delayMs: () => number, counts: Counts) {
    this.#to = to
    this.#delayMs = delayMs
    this.#counts = counts
  }

  carry(chunk: Buffer): void {
    if (this.isDead) this.#counts.swallowedBytes += chunk.length
    else this.#pass(chunk)
  }

  end(): void {
    if (!this.isDead) this.#pass(end)
  }

  #pass(what: Buffer | typeof end): void {
    const delayMs = this.#delayMs()
    if (delayMs === 0 && this.#waiting.length === 0) return this.#write(what)
    this.#counts.delayedChunks++
    this.#waiting.push([performance.now() + delayMs, what])
    this.#timer ??= setTimeout(() => this.#deliver(), delayMs)
  }

  #deliver(): void {
    this.#timer = undefined
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const [dueAt, what] = next
      const leftMs = dueAt - performance.now()
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#deliver(), leftMs)
        return
      }
      this.#waiting.shift()
      this.#write(what)
    }
  }

  #write(what: Buffer | typeof end): void {
    if (this.isDead || this.#to.destroyed) return
    if (what === end) this.#to.end()
    else this.#to.write(what)
  }
}
