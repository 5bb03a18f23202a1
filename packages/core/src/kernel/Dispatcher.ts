/**
 * The one fiber that runs all actors with work. It serves them in turns and yields to the event loop between two turns.
 */
import { type Cause, Effect, Scheduler } from "effect"
import type { ActorCounters } from "./Behaviour.ts"
import type { Timers } from "./Timers.ts"

/** Something that waits for its share of a turn. */
interface Served {
  readonly serve: () => void
}

interface TurnLimits {
  /** How many messages one actor may handle before the next one has its share. */
  readonly quantum: number
  /**
   * How many rounds a turn makes, so that a chain of messages between actors need not cross the event loop at each hop.
   */
  readonly rounds: number
  /** The turn stops after this time, wherever it is, in milliseconds. */
  readonly turnMs: number
}

/**
 * The dispatcher reads the clock once per this many messages (a power of two): reading it costs as much as a message.
 */
const clockStride = 16

export class Dispatcher {
  readonly quantum: number
  private readonly limits: TurnLimits
  private readonly timers: Timers
  private readonly counters: ActorCounters
  private readonly report: (cause: Cause.Cause<unknown>) => void
  private round: Array<Served> = []
  private cursor = 0
  private nextRound: Array<Served> = []
  private resume: (() => void) | undefined = undefined
  private wanted = false
  private quietWaiters: Array<() => void> = []
  private steps = 0
  private turnEndsAt = 0
  private expired = false

  constructor(
    limits: TurnLimits,
    timers: Timers,
    counters: ActorCounters,
    report: (cause: Cause.Cause<unknown>) => void
  ) {
    this.quantum = limits.quantum
    this.limits = limits
    this.timers = timers
    this.counters = counters
    this.report = report
  }

  enqueue(served: Served): void {
    this.nextRound.push(served)
    if (this.resume !== undefined) this.wake()
  }

  /** Ensures that another turn follows. */
  wake(): void {
    this.wanted = true
    const resume = this.resume
    this.resume = undefined
    resume?.()
  }

  /** Counts one message. Returns true when the turn's time is over and the running actor should return. */
  spent(): boolean {
    this.steps++
    if ((this.steps & (clockStride - 1)) === 0 && this.timers.now() >= this.turnEndsAt) this.expired = true
    return this.expired
  }

  /** Completes when a whole turn found no work. */
  readonly quiet: Effect.Effect<void> = Effect.async((resume) => {
    const waiter = () => resume(Effect.void)
    this.quietWaiters.push(waiter)
    this.wake()
    return Effect.sync(() => {
      this.quietWaiters = this.quietWaiters.filter((other) => other !== waiter)
    })
  })

  /** Never ends. Run it once, on a scheduler that crosses the event loop. */
  readonly run: Effect.Effect<never> = Effect.suspend(() => this.loop)

  // Checks for work again in the very step that suspends: the fiber may have yielded since its last check, and work
  // that arrived then had no callback to resume.
  private readonly parked: Effect.Effect<void> = Effect.async((resume) => {
    if (this.hasWork || this.wanted) resume(Effect.void)
    else this.resume = () => resume(Effect.void)
  })

  private readonly loop: Effect.Effect<never> = Effect.sync(() => this.turn()).pipe(
    // Handlers are caught where they are called. A failure here is a bug of the kernel, and must not end all actors.
    Effect.catchAllCause((cause) => Effect.sync(() => this.report(cause))),
    Effect.flatMap(() => (this.hasWork || this.wanted ? Effect.yieldNow() : this.parked)),
    Effect.flatMap(() => this.loop)
  )

  private get hasWork(): boolean {
    return this.cursor < this.round.length || this.nextRound.length > 0
  }

  private turn(): void {
    this.counters.turns++
    this.wanted = false
    this.expired = false
    this.turnEndsAt = this.timers.now() + this.limits.turnMs
    this.timers.beginTurn()
    const wasQuiet = !this.hasWork
    for (let left = this.limits.rounds; left > 0 && this.hasWork && !this.expired; left--) this.serveRound()
    this.timers.endTurn()
    if (this.quietWaiters.length > 0) this.tellQuiet(wasQuiet)
  }

  private tellQuiet(wasQuiet: boolean): void {
    if (!wasQuiet) {
      this.wanted = true
      return
    }
    const waiters = this.quietWaiters
    this.quietWaiters = []
    for (const waiter of waiters) waiter()
  }

  /** Serves the actors that were ready when the round began, and those left over from a round that was cut short. */
  private serveRound(): void {
    if (this.cursor >= this.round.length) [this.round, this.nextRound] = [this.nextRound, this.round]
    const { round } = this
    while (this.cursor < round.length && !this.expired) {
      const next = round[this.cursor]
      this.cursor++
      next?.serve()
      this.spent()
    }
    if (this.cursor < round.length) return
    // Drop references to ended actors now; the next round may be far away.
    round.length = 0
    this.cursor = 0
  }
}

// Node's function for running code right after the sockets that are readable now. Other platforms lack it, and it is
// not part of the language.
declare const setImmediate: ((run: () => void) => unknown) | undefined

/** Crosses the event loop each time, so that sockets and timers have their turn. */
export const eventLoopScheduler: Scheduler.Scheduler =
  typeof setImmediate === "function"
    ? Scheduler.makeBatched((run) => void setImmediate(run))
    : // Effect's own scheduler, with no microtask allowed before a timer of 0 ms.
      new Scheduler.MixedScheduler(0)
