/**
 * So many at once of each key, the others in the order in which they came: nobody's many calls keep those of others
 * waiting.
 */
import { Effect } from "effect"

interface Place {
  readonly turns: Effect.Semaphore
  /** With those that wait. */
  calls: number
}

export interface TurnBounds {
  readonly atOnce: number
  /** With so many of one key waiting, a further one is refused. */
  readonly waiting: number
}

export class KeyedTurns {
  /** Of keys with a call that runs. */
  private readonly places = new Map<string, Place>()

  constructor(private readonly bounds: TurnBounds) {}

  /** Runs `call` in its turn, or `refuse` at once where too many of the key wait. */
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
