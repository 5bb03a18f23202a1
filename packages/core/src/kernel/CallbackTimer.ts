/** A plain function that was put off: the timer of the system's own `after`. */
import type { Timer } from "./Behaviour.ts"
import type { TimerEntry, Timers } from "./Timers.ts"

export class CallbackTimer implements Timer, TimerEntry {
  dueMs = 0
  order = 0
  live = true
  private readonly timers: Timers
  /** Must not throw. */
  private readonly run: () => void

  constructor(timers: Timers, run: () => void) {
    this.timers = timers
    this.run = run
  }

  fire(): void {
    this.live = false
    this.run()
  }

  cancel(): void {
    if (!this.live) return
    this.live = false
    this.timers.noteCancelled()
  }
}
