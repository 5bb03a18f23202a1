/**
 * One at a time, first come, first served. The turn is handed to the next in line, so that it costs the same however
 * many wait: Effect's own semaphore wakes all of them at each release, and all but one go back to sleep.
 */
import { Effect, Scope } from "effect"

interface Waiter {
  isGiven: boolean
  readonly resume: () => void
}

export class FairTurn {
  private held = false
  /** In the order in which they came. */
  private readonly line = new Set<Waiter>()

  /**
   * Done when the turn is the caller's, for as long as the scope lives. One who is interrupted meanwhile leaves the
   * line, or gives it on at once.
   *
   * Only the wait can be interrupted: a fiber pauses between any two steps, and one that ended after it had got the
   * turn and before its scope knew would keep it for ever. `Effect.addFinalizer` would restore what the fiber carries
   * for the release, by comparing all services twice, at each turn.
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
