/**
 * One at a time, first come, first served. The turn is handed to the next in line, so that it costs the same however many wait: Effect's
 * own semaphore wakes all of them at each release, and all but one go back to sleep.
 */
import { Effect } from "effect"

interface Waiter {
  isGiven: boolean
  readonly resume: () => void
}

export class FairTurn {
  private held = false
  /** In the order in which they came. */
  private readonly line = new Set<Waiter>()

  /** Done when the turn is the caller's, who gives it on with `release`. One who is interrupted meanwhile leaves the line, or gives it on at once. */
  readonly take: Effect.Effect<void> = Effect.suspend(() => {
    if (!this.held) {
      this.held = true
      return Effect.void
    }
    let mine: Waiter | undefined
    return Effect.async<void>((resume) => {
      mine = { isGiven: false, resume: () => resume(Effect.void) }
      this.line.add(mine)
    }).pipe(
      Effect.onInterrupt(() =>
        Effect.sync(() => {
          if (mine === undefined) return
          if (mine.isGiven) this.handOn()
          else this.line.delete(mine)
        })
      )
    )
  })

  readonly release: Effect.Effect<void> = Effect.sync(() => this.handOn())

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
