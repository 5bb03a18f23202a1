/** Turns, first come, first served: one for all, or some for each key. */
import { Effect, Scope } from "effect"

interface Waiter {
  isGiven: boolean
  readonly resume: () => void
}

/**
 * One at a time. A release hands the turn to the next in line, so its cost does not grow with the line: Effect's own
 * semaphore wakes all waiters at each release, and all but one sleep again.
 */
export class FairTurn {
  private held = false
  /** In order of arrival. */
  private readonly line = new Set<Waiter>()

  /**
   * Completes when the turn is the caller's, for as long as the scope lives. An interrupted caller leaves the line, or
   * passes the turn on at once.
   *
   * Only the wait is interruptible: a fiber that ended after it had got the turn and before its scope knew would keep
   * the turn for ever. `Effect.addFinalizer` would restore the fiber's services for the release, and compare all of
   * them twice at each turn.
   */
  readonly take: Effect.Effect<void, never, Scope.Scope> = Effect.uninterruptibleMask((restore) =>
    Effect.zipRight(
      Effect.suspend(() => {
        if (this.held) return this.wait(restore)
        this.held = true
        return Effect.void
      }),
      Effect.flatMap(Effect.scope, (scope) => Scope.addFinalizer(scope, this.release))
    )
  )

  private readonly release: Effect.Effect<void> = Effect.sync(() => this.handOn())

  private wait(restore: (wait: Effect.Effect<void>) => Effect.Effect<void>): Effect.Effect<void> {
    let mine: Waiter | undefined
    const given = Effect.async<void>((resume) => {
      mine = { isGiven: false, resume: () => resume(Effect.void) }
      this.line.add(mine)
    })
    return Effect.onInterrupt(restore(given), () =>
      Effect.sync(() => {
        if (mine === undefined) return
        if (mine.isGiven) this.handOn()
        else this.line.delete(mine)
      })
    )
  }

  private handOn(): void {
    for (const next of this.line) {
      this.line.delete(next)
      next.isGiven = true
      next.resume()
      return
    }
    this.held = false
  }
}

interface Place {
  readonly turns: Effect.Semaphore
  /** Running and waiting. */
  calls: number
}

export interface TurnBounds {
  readonly atOnce: number
  /** While this many of one key wait, a further one is refused. */
  readonly waiting: number
}

/** Runs this many calls of each key at once, so that one user's many calls do not delay those of others. */
export class KeyedTurns {
  /** By key, while a call of it runs. */
  private readonly places = new Map<string, Place>()

  constructor(private readonly bounds: TurnBounds) {}

  /** Runs `call` in its turn, or `refuse` at once if too many of the key wait. */
  run<A, E, R, E2, R2>(
    key: string,
    call: Effect.Effect<A, E, R>,
    refuse: Effect.Effect<A, E2, R2>
  ): Effect.Effect<A, E | E2, R | R2> {
    return Effect.acquireUseRelease(
      Effect.sync(() => this.enter(key)),
      (place): Effect.Effect<A, E | E2, R | R2> => (place === undefined ? refuse : place.turns.withPermits(1)(call)),
      (place) => Effect.sync(() => this.leave(key, place))
    )
  }

  private enter(key: string): Place | undefined {
    const place = this.places.get(key) ?? { turns: Effect.unsafeMakeSemaphore(this.bounds.atOnce), calls: 0 }
    if (place.calls >= this.bounds.atOnce + this.bounds.waiting) return undefined
    place.calls++
    this.places.set(key, place)
    return place
  }

  private leave(key: string, place: Place | undefined): void {
    if (place !== undefined && --place.calls === 0) this.places.delete(key)
  }
}
