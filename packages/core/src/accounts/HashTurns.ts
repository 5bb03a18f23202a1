/**
 * Whose password is hashed next: each line is fair to the networks that wait in it, and every other turn is for
 * networks that the account knows.
 */
import { Effect } from "effect"
import { monotonicMs } from "../fibers/monotonicMs.ts"
import { type Asker, HasherBusy } from "../ports/PasswordHasher.ts"
import { FairLine, type InLine } from "./FairLine.ts"

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
