/**
 * The inputs that wait for the client's loop: frames of sockets, actions of people, results of calls. The next turn
 * takes them in order. Plain.
 */
import { Duration, Effect, type Scope } from "effect"
import type { ClientTime } from "../connection/ClientTime.ts"

/** Called with the time and a number in [0, 1) of that turn. */
export type Left = (now: number, chance: number) => void

export class ClientInbox {
  #acts: Array<Left> = []

  get size(): number {
    return this.#acts.length
  }

  leave(act: Left): void {
    this.#acts.push(act)
  }

  /** Takes in the waiting inputs. If one throws, those behind it stay here for the next turn. */
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

/** The client's loop rests here between two turns. A new input or a due time wakes it. */
export class ClientRest {
  readonly #time: ClientTime
  readonly #scope: Scope.Scope
  #isWoken = false
  /** Continues the turn that rests. */
  #resume: (() => void) | undefined
  /** Times at which an alarm wakes the loop; each was earlier than those before it. */
  readonly #alarms: Array<number> = []

  /** Alarms fire for as long as the scope is open. */
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

  /** A turn begins: a `wake` after this asks for another turn. */
  begin(): void {
    this.#isWoken = false
  }

  /** Completes when the loop is woken, or at that time. */
  until(at: number | undefined, now: number): Effect.Effect<void> {
    // Let the platform's timers and other fibers run between two turns of this one.
    if (this.#isWoken || (at !== undefined && at <= now)) return Effect.yieldNow()
    return at === undefined || this.#alarms.some((other) => other <= at)
      ? this.#parked
      : Effect.zipRight(this.#wakeAt(at, now), this.#parked)
  }

  // Checks again in the step in which the fiber suspends: it may have yielded since the last check, and an input that
  // came then woke nobody.
  readonly #parked: Effect.Effect<void> = Effect.async((resume) => {
    if (this.#isWoken) resume(Effect.void)
    else this.#resume = () => resume(Effect.void)
  })

  /**
   * Turns often end before the time that they ask for. An alarm that fires early costs an empty turn; moving the alarm
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
