/**
 * Whose password is hashed next: each line is fair to the networks that wait in it, and every other turn is for
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
   * Askers that wait, of known networks and of others each. At the bound a network with fewer turns lately takes the
   * place of one with more.
   */
  readonly waitingMax: number
  /** What a refused asker is told to wait. */
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

  /** Does the work in the asker's turn. Only the wait can be interrupted: the turn is kept until the work has ended. */
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

  /** Hands the turn on. Known networks and others alternate while both wait. */
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
  /** As `networkOf` names it. */
  readonly network: string
}

/** "Lately": of the last turns that somebody waited for, at most so many, and none that is longer ago. */
export const [rememberedTurns, rememberedMs] = [20_000, 600_000] as const

/**
 * Who of those that wait comes next, and who loses a place when there are too many: a pure rule, told the time. It
 * looks at the turns that each network had lately, and at those of the wider block that the network is in, and half of
 * all turns and places goes by each. By networks alone, an attacker with a large block would come as a new network each
 * time; by blocks alone, an attacker could use up the turns of somebody else's block.
 */
export class FairLine<Waiter extends InLine> {
  readonly #placesMax: number
  readonly #turns = new RecentTurns()
  /** In the order in which they came. */
  #waiting: ReadonlyArray<Place<Waiter>> = []
  #nextByBlock = false

  constructor(placesMax: number) {
    this.#placesMax = placesMax
  }

  get size(): number {
    return this.#waiting.length
  }

  /**
   * Takes a place. Gives the one that has none now, when all were taken: the latest with the most turns, which may be
   * the one that came. A waiter among the first half by networks, or among the first half by blocks, keeps its place.
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

  /** Gives the turn to the next: by networks and by blocks in turn. */
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

  /** Where two stand alike, the one that came first is first. */
  #sorted(compare: typeof byNetwork): ReadonlyArray<Place<Waiter>> {
    return [...this.#waiting].sort(compare)
  }

  #count(nowMs: number): void {
    this.#turns.forget(nowMs)
    const [networks, blocks] = [new Map<string, number>(), new Map<string, number>()]
    for (const place of this.#waiting)
      place.beforeInNetwork = nth(networks, place.network, this.#turns.ofNetwork(place.network))
    // Inside of a block those of networks with fewer turns stand first.
    const inBlocks = this.#sorted((a, b) => a.beforeInNetwork - b.beforeInNetwork)
    for (const place of inBlocks) place.beforeInBlock = nth(blocks, place.block, this.#turns.ofBlock(place.block))
  }
}

/** Where somebody is. */
interface Source {
  readonly network: string
  readonly block: string
}

/**
 * The turns that come before a waiter's own: those that its network, or its block, had lately, and those for which
 * others of it wait before.
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

/** So many come before the next of this key, who is counted. */
const nth = (counts: Map<string, number>, key: string, had: number): number => {
  const before = counts.get(key) ?? had
  counts.set(key, before + 1)
  return before
}

/** How many turns each network and each block had lately. */
class RecentTurns {
  readonly #networks = new Map<string, number>()
  readonly #blocks = new Map<string, number>()
  /** From `#first` on, the oldest first. */
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
