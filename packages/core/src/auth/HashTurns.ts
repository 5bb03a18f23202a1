/** Whose password is hashed next: the network that had the fewest turns lately, and every other turn is for networks that the account knows. */
import { Effect } from "effect"
import { type Asker, HasherBusy } from "./PasswordHasher.ts"

export interface HashTurnsBounds {
  /** Hashes that are computed at the same time. */
  readonly atOnce: number
  /** Askers that wait, of known networks and of others each. At the bound the network with the most loses its latest to one with fewer. */
  readonly waitingMax: number
  /** What a refused asker is told to wait. */
  readonly retryAfterMs: number
}

export class HashTurns {
  readonly #bounds: HashTurnsBounds
  readonly #known = new Line()
  readonly #others = new Line()
  #running = 0
  #lastWasKnown = false

  constructor(bounds: HashTurnsBounds) {
    this.#bounds = bounds
  }

  /** Does the work in the asker's turn. Only the wait can be interrupted: the turn is kept until the work has ended. */
  run<A>(asker: Asker, work: Effect.Effect<A>): Effect.Effect<A, HasherBusy> {
    return Effect.uninterruptibleMask((restore) => Effect.zipRight(this.#take(asker, restore), Effect.ensuring(work, this.#release)))
  }

  #take(asker: Asker, restore: <B, E>(wait: Effect.Effect<B, E>) => Effect.Effect<B, E>): Effect.Effect<void, HasherBusy> {
    return Effect.suspend(() => {
      if (this.#running < this.#bounds.atOnce) {
        this.#running++
        return Effect.void
      }
      const line = asker.isKnown ? this.#known : this.#others
      if (line.size >= this.#bounds.waitingMax) {
        const displaced = line.dropOfLongest(asker.network)
        if (displaced === undefined) return this.#refused
        displaced.resume(this.#refused)
      }
      let mine: Waiter | undefined
      const turn = Effect.async<void, HasherBusy>((resume) => {
        mine = { network: asker.network, isGiven: false, resume }
        line.add(mine)
      })
      return Effect.onInterrupt(restore(turn), () =>
        Effect.suspend(() => {
          if (mine?.isGiven === true) return this.#release
          if (mine !== undefined) line.remove(mine)
          return Effect.void
        })
      )
    })
  }

  get #refused(): Effect.Effect<never, HasherBusy> {
    return new HasherBusy({ retryAfterMs: this.#bounds.retryAfterMs })
  }

  /** Hands the turn on. Known networks and others alternate while both wait. */
  readonly #release = Effect.sync(() => {
    const [first, second] = this.#lastWasKnown ? [this.#others, this.#known] : [this.#known, this.#others]
    const line = first.size > 0 ? first : second
    const next = line.take()
    if (next === undefined) {
      this.#running--
      return
    }
    this.#lastWasKnown = line === this.#known
    next.isGiven = true
    next.resume(Effect.void)
  })
}

interface Waiter {
  readonly network: string
  isGiven: boolean
  readonly resume: (turn: Effect.Effect<void, HasherBusy>) => void
}

/** Turns after which all networks are equal again. */
const rememberedTurns = 1_000

/** Waiters by network. Of networks that had as few turns lately, the one that has waited longest stands first. */
class Line {
  readonly #networks = new Map<string, Array<Waiter>>()
  /** Of the last turns, how many each network had. */
  readonly #turns = new Map<string, number>()
  #turnsTaken = 0
  size = 0

  add(waiter: Waiter): void {
    const waiting = this.#networks.get(waiter.network)
    if (waiting === undefined) this.#networks.set(waiter.network, [waiter])
    else waiting.push(waiter)
    this.size++
  }

  take(): Waiter | undefined {
    let next: Array<Waiter> = []
    let fewest = Number.POSITIVE_INFINITY
    for (const [network, waiting] of this.#networks) {
      const turns = this.#turns.get(network) ?? 0
      if (turns >= fewest) continue
      fewest = turns
      next = waiting
    }
    const [waiter] = next
    if (waiter === undefined) return undefined
    this.remove(waiter)
    if (this.#turnsTaken++ % rememberedTurns === 0) this.#turns.clear()
    this.#turns.set(waiter.network, (this.#turns.get(waiter.network) ?? 0) + 1)
    return waiter
  }

  remove(waiter: Waiter): void {
    const waiting = this.#networks.get(waiter.network)
    const at = waiting?.indexOf(waiter) ?? -1
    if (waiting === undefined || at < 0) return
    waiting.splice(at, 1)
    if (waiting.length === 0) this.#networks.delete(waiter.network)
    this.size--
  }

  /** Removes and gives the latest of the network with the most; undefined: no network has more than `network` would have with one more. */
  dropOfLongest(network: string): Waiter | undefined {
    let longest: Array<Waiter> = []
    for (const waiting of this.#networks.values()) if (waiting.length > longest.length) longest = waiting
    if (longest.length <= (this.#networks.get(network)?.length ?? 0) + 1) return undefined
    const dropped = longest.at(-1)
    if (dropped !== undefined) this.remove(dropped)
    return dropped
  }
}
