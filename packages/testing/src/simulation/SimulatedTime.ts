/**
 * Time and fibers of a simulation. Time passes only by `pass`, from one instant with due timers to the next. All timers
 * of an instant fire before any fiber runs that they wake, and these run in the order of the seed. No real time, no
 * event loop: a run repeats exactly.
 */

import { RandomBytes } from "@hibiki/core/domain/Uuid"
import {
  Clock,
  Duration,
  Effect,
  Fiber,
  FiberId,
  FiberRef,
  Logger,
  LogLevel,
  Random,
  Runtime,
  RuntimeFlags
} from "effect"
import { makeDice } from "./Dice.ts"
import { SeededScheduler, type SeededSchedulerOptions } from "./SeededScheduler.ts"

interface Due {
  readonly at: number
  readonly act: () => void
}

/** Any time: only differences count. */
const beginning = 1_700_000_000_000

export interface SimulatedTimeOptions extends SeededSchedulerOptions {
  /** Whether log lines are shown. */
  readonly isLogged: boolean
}

export class SimulatedTime {
  readonly scheduler: SeededScheduler
  readonly #runFork: ReturnType<typeof Runtime.runFork<RandomBytes>>
  #now = beginning
  /** The next one last; those of one instant in the order of their requests. */
  readonly #due: Array<Due> = []

  constructor(seed: number, options: Partial<SimulatedTimeOptions> = {}) {
    // One of each for all: two devices must not make the same ids.
    const runtime = Effect.runtime<RandomBytes>().pipe(
      Effect.withClock(this.#clock),
      Effect.withTracerEnabled(false),
      Effect.withRandom(Random.make(seed)),
      Logger.withMinimumLogLevel(options.isLogged === true ? LogLevel.Info : LogLevel.None),
      Effect.provideService(RandomBytes, makeDice(seed, "bytes").bytes)
    )
    // Nobody reads the metrics, and each fiber would count itself.
    this.#runFork = Runtime.runFork(Runtime.disableRuntimeFlag(Effect.runSync(runtime), RuntimeFlags.RuntimeMetrics))
    this.scheduler = new SeededScheduler(makeDice(seed, "schedule"), options)
  }

  /** Whole milliseconds, as a platform's clock gives them. */
  get now(): number {
    return this.#now
  }

  /**
   * `act` runs at that instant (the next whole millisecond), or at once if it has passed; it may only leave work for
   * fibers. Returns a function that cancels it.
   */
  at(time: number, act: () => void): () => void {
    const due: Due = { at: Math.max(Math.ceil(time), this.#now), act }
    // The first that is due no later: after it come the earlier requests of its own instant.
    let [place, end] = [0, this.#due.length]
    while (place < end) {
      const middle = (place + end) >> 1
      if ((this.#due[middle]?.at ?? 0) <= due.at) end = middle
      else place = middle + 1
    }
    this.#due.splice(place, 0, due)
    return () => {
      const at = this.#due.lastIndexOf(due)
      if (at >= 0) this.#due.splice(at, 1)
    }
  }

  sleep(ms: number): Effect.Effect<void> {
    return this.later(ms, () => Effect.void)
  }

  /**
   * Goes on with the result of `next` at that time. An interrupted fiber leaves its timer behind, which then wakes
   * nobody: cancelling it would cost a dozen operations more at each wait.
   */
  later<A, E, R>(ms: number, next: () => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.async((resume) => {
      this.at(this.#now + ms, () => resume(next()))
    })
  }

  pass(ms: number): void {
    const until = this.#now + Math.ceil(ms)
    this.scheduler.settle()
    for (let next = this.#due.at(-1); next !== undefined && next.at <= until; next = this.#due.at(-1)) {
      this.#now = next.at
      for (let due = this.#due.at(-1); due !== undefined && due.at <= this.#now; due = this.#due.at(-1)) {
        this.#due.pop()
        due.act()
      }
      this.scheduler.settle()
    }
    this.#now = until
  }

  /** Begins with the next `pass`. Clock, chance and random bytes come from here, also for all that it forks. */
  fork<A, E>(effect: Effect.Effect<A, E>): Fiber.RuntimeFiber<A, E> {
    return this.#runFork(effect, { scheduler: this.scheduler, immediate: false })
  }

  /**
   * Ends all fibers that run in this time: the runtime would retain them, and everything that they hold, for as long as
   * the process lives.
   */
  end(withinMs: number): void {
    for (const fiber of Effect.runSync(Fiber.roots))
      if (fiber.getFiberRef(FiberRef.currentScheduler) === this.scheduler) fiber.unsafeInterruptAsFork(FiberId.none)
    this.pass(withinMs)
  }

  readonly #clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => this.#now,
    currentTimeMillis: Effect.sync(() => this.#now),
    unsafeCurrentTimeNanos: () => nanosOf(this.#now),
    currentTimeNanos: Effect.sync(() => nanosOf(this.#now)),
    sleep: (duration) => this.sleep(Duration.toMillis(duration))
  }
}

const nanosOf = (ms: number): bigint => BigInt(ms) * 1_000_000n
