/**
 * Orders the hashing of passwords: each line is fair to the networks that wait in it, and every other turn is for
 * networks that the account knows.
 */
import { Effect } from "effect"
import { monotonicMs } from "../fibers/Time.ts"
import { type Asker, HasherBusy } from "../ports/PasswordHasher.ts"
import { blockOf } from "./AccountNetworks.ts"

export interface HashTurnsBounds {
  /** Hashes that are computed at the same time. */
  readonly atOnce: number
  /**
   * Requests that may wait, separately for known networks and for others. At the bound a network with fewer recent
   * turns replaces one with more.
   */
  readonly waitingMax: number
  /** The retry delay for a refused request. */
  readonly retryAfterMs: number
}

export class HashTurns {
  readonly #bounds: HashTurnsBounds
  readonly #known: FairLine<Waiter>
  readonly #others: FairLine<Waiter>
  #running = 0
  #lastWasKnown = false

  constructor(bounds: HashTurnsBounds) {
    this.#bounds = bounds
    this.#known = new FairLine(bounds.waitingMax)
    this.#others = new FairLine(bounds.waitingMax)
  }

  /**
   * Runs the work in the request's turn. Only the wait is interruptible: the turn is occupied until the work has ended.
   */
  run<A>(asker: Asker, work: Effect.Effect<A>): Effect.Effect<A, HasherBusy> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.zipRight(this.#take(asker, restore), Effect.ensuring(work, this.#release))
    )
  }

  #take(
    asker: Asker,
    restore: <B, E>(wait: Effect.Effect<B, E>) => Effect.Effect<B, E>
  ): Effect.Effect<void, HasherBusy> {
    return Effect.flatMap(monotonicMs, (now) => {
      if (this.#running < this.#bounds.atOnce) {
        this.#running++
        return Effect.void
      }
      const line = asker.isKnown ? this.#known : this.#others
      let mine: Waiter | undefined
      const turn = Effect.async<void, HasherBusy>((resume) => {
        mine = { network: asker.network, isGiven: false, resume }
        line.add(mine, now)?.resume(this.#refused)
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

  /** Passes the turn on. Known networks and others alternate while both wait. */
  readonly #release = Effect.map(monotonicMs, (now) => {
    const [first, second] = this.#lastWasKnown ? [this.#others, this.#known] : [this.#known, this.#others]
    const line = first.size > 0 ? first : second
    const next = line.take(now)
    if (next === undefined) {
      this.#running--
      return
    }
    this.#lastWasKnown = line === this.#known
    next.isGiven = true
    next.resume(Effect.void)
  })
}

interface Waiter extends InLine {
  isGiven: boolean
  readonly resume: (turn: Effect.Effect<void, HasherBusy>) => void
}

interface InLine {
  /** In the form of `networkOf`. */
  readonly network: string
}

/** "Recent": at most this many of the last turns that a request waited for, and none older than this. */
export const [rememberedTurns, rememberedMs] = [20_000, 600_000] as const

/**
 * Decides which waiting request is next, and which loses its place when there are too many: a pure rule; the caller
 * passes the time. It compares the recent turns of each network, and those of the wider block around the network; half
 * of all turns and places go by each. By networks alone, an attacker with a large block would appear as a new network
 * each time. By blocks alone, an attacker could use up the turns of another user's block.
 */
export class FairLine<Waiter extends InLine> {
  readonly #placesMax: number
  readonly #turns = new RecentTurns()
  /** In order of arrival. */
  #waiting: ReadonlyArray<Place<Waiter>> = []
  #nextByBlock = false

  constructor(placesMax: number) {
    this.#placesMax = placesMax
  }

  get size(): number {
    return this.#waiting.length
  }

  /**
   * Takes a place. When all were taken, returns the request that loses its place: the latest with the most turns, which
   * may be the new one. A request in the first half by networks, or in the first half by blocks, keeps its place.
   */
  add(waiter: Waiter, nowMs: number): Waiter | undefined {
    const { network } = waiter
    this.#waiting = [
      ...this.#waiting,
      { waiter, network, block: blockOf(network), beforeInNetwork: 0, beforeInBlock: 0, rank: 0 }
    ]
    if (this.size <= this.#placesMax) return undefined
    this.#count(nowMs)
    for (const [rank, place] of this.#sorted(byBlock).entries()) place.rank = rank
    for (const [rank, place] of this.#sorted(byNetwork).entries()) place.rank = Math.min(place.rank, rank)
    const last = this.#waiting.reduce((worst, each) => (each.rank >= worst.rank ? each : worst))
    this.remove(last.waiter)
    return last.waiter
  }

  /** Gives the turn to the next one: by networks and by blocks alternately. */
  take(nowMs: number): Waiter | undefined {
    this.#count(nowMs)
    const [next] = this.#sorted(this.#nextByBlock ? byBlock : byNetwork)
    if (next === undefined) return undefined
    this.#nextByBlock = !this.#nextByBlock
    this.remove(next.waiter)
    this.#turns.add(next, nowMs)
    return next.waiter
  }

  remove(waiter: Waiter): void {
    this.#waiting = this.#waiting.filter((each) => each.waiter !== waiter)
  }

  /** If two are equal, the earlier one is first. */
  #sorted(compare: typeof byNetwork): ReadonlyArray<Place<Waiter>> {
    return [...this.#waiting].sort(compare)
  }

  #count(nowMs: number): void {
    this.#turns.forget(nowMs)
    const [networks, blocks] = [new Map<string, number>(), new Map<string, number>()]
    for (const place of this.#waiting)
      place.beforeInNetwork = nth(networks, place.network, this.#turns.ofNetwork(place.network))
    // Within a block, networks with fewer turns come first.
    const inBlocks = this.#sorted((a, b) => a.beforeInNetwork - b.beforeInNetwork)
    for (const place of inBlocks) place.beforeInBlock = nth(blocks, place.block, this.#turns.ofBlock(place.block))
  }
}

/** The network and block of a request. */
interface Source {
  readonly network: string
  readonly block: string
}

/**
 * The turns ahead of a request: the recent ones of its network, or its block, and those of earlier requests from there.
 */
interface Place<Waiter> extends Source {
  readonly waiter: Waiter
  beforeInNetwork: number
  beforeInBlock: number
  /** The better of its ranks by networks and by blocks. */
  rank: number
}

const byNetwork = (a: Place<unknown>, b: Place<unknown>): number =>
  a.beforeInNetwork - b.beforeInNetwork || a.beforeInBlock - b.beforeInBlock
const byBlock = (a: Place<unknown>, b: Place<unknown>): number =>
  a.beforeInBlock - b.beforeInBlock || a.beforeInNetwork - b.beforeInNetwork

/** How many turns come before the next one of this key, and counts that one. */
const nth = (counts: Map<string, number>, key: string, had: number): number => {
  const before = counts.get(key) ?? had
  counts.set(key, before + 1)
  return before
}

/** How many recent turns each network and each block had. */
class RecentTurns {
  readonly #networks = new Map<string, number>()
  readonly #blocks = new Map<string, number>()
  /** From `#first` on, oldest first. */
  #turns: Array<Source & { readonly atMs: number }> = []
  #first = 0

  ofNetwork(network: string): number {
    return this.#networks.get(network) ?? 0
  }

  ofBlock(block: string): number {
    return this.#blocks.get(block) ?? 0
  }

  add({ block, network }: Source, atMs: number): void {
    this.#turns.push({ network, block, atMs })
    count(this.#networks, network, 1)
    count(this.#blocks, block, 1)
  }

  forget(nowMs: number): void {
    for (let turn = this.#turns[this.#first]; turn !== undefined; turn = this.#turns[this.#first]) {
      if (this.#turns.length - this.#first <= rememberedTurns && turn.atMs > nowMs - rememberedMs) break
      this.#first++
      count(this.#networks, turn.network, -1)
      count(this.#blocks, turn.block, -1)
    }
    if (this.#first < rememberedTurns) return
    this.#turns = this.#turns.slice(this.#first)
    this.#first = 0
  }
}

const count = (counts: Map<string, number>, key: string, by: 1 | -1): void => {
  const now = (counts.get(key) ?? 0) + by
  if (now === 0) counts.delete(key)
  else counts.set(key, now)
}
