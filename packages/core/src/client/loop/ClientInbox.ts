/**
 * What was left for the client's loop: sockets' frames, people's acts, answers of calls; taken in in order by its next
 * turn. Plain.
 */
import { Duration, Effect, type Scope } from "effect"
import type { ClientTime } from "../connection/ClientTime.ts"

/** With the time and a number in [0, 1) of that turn. */
export type Left = (now: number, chance: number) => void

export class ClientInbox {
  #acts: Array<Left> = []

  get size(): number {
    return this.#acts.length
  }

  leave(act: Left): void {
    this.#acts.push(act)
  }

  /** Those that were left until now. One that throws takes none of those behind it along: they are here still. */
  takeIn(now: number, chance: number): void {
    const left = this.#acts
    this.#acts = []
    let taken = 0
    try {
      while (taken < left.length) left[taken++]?.(now, chance)
    } finally {
      if (taken < left.length) this.#acts = left.slice(taken).concat(this.#acts)
    }
  }
}

/** Where the client's loop rests between two turns, and what wakes it: something that was left for it, or a time. */
export class ClientRest {
  readonly #time: ClientTime
  readonly #scope: Scope.Scope
  #isWoken = false
  /** Goes on with the turn that rests. */
  #resume: (() => void) | undefined
  /** Times at which the loop is woken; each was earlier than those before it. */
  readonly #alarms: Array<number> = []

  /** Alarms ring for as long as the scope is open. */
  constructor(time: ClientTime, scope: Scope.Scope) {
    this.#time = time
    this.#scope = scope
  }

  wake(): void {
    this.#isWoken = true
    const resume = this.#resume
    this.#resume = undefined
    resume?.()
  }

  /** A turn begins: who wakes the loop from here on asks for another one. */
  begin(): void {
    this.#isWoken = false
  }

  /** Until the loop is woken, or that time has come. */
  until(at: number | undefined, now: number): Effect.Effect<void> {
    // Timers of the platform and other fibers get their turn between two of this one.
    if (this.#isWoken || (at !== undefined && at <= now)) return Effect.yieldNow()
    return at === undefined || this.#alarms.some((other) => other <= at)
      ? this.#parked
      : Effect.zipRight(this.#wakeAt(at, now), this.#parked)
  }

  // Looks again in the step in which it parks: the fiber may have lost its turn since it last looked, and what came
  // then woke nobody.
  readonly #parked: Effect.Effect<void> = Effect.async((resume) => {
    if (this.#isWoken) resume(Effect.void)
    else this.#resume = () => resume(Effect.void)
  })

  /**
   * Turns often end before the time for which they ask: an alarm that rings early costs an empty turn, one less set
   * again and again costs more.
   */
  #wakeAt(at: number, now: number): Effect.Effect<unknown> {
    return Effect.suspend(() => {
      this.#alarms.push(at)
      const waitMs = Math.ceil(at - now)
      const ring = Effect.sync(() => {
        this.#time.reached(now + waitMs)
        this.#alarms.splice(this.#alarms.indexOf(at), 1)
        this.wake()
      })
      return Effect.forkIn(Effect.zipRight(Effect.sleep(Duration.millis(waitMs)), ring), this.#scope)
    })
  }
}
