/**
 * All timers of a system: one heap, and at most one sleeping fiber, which sleeps on the system's Clock until the
 * earliest is due.
 */
import { type Clock, Duration, type Effect, type Fiber, FiberId } from "effect"
import { type HeapEntry, TimerHeap } from "./TimerHeap.ts"

export interface TimerEntry extends HeapEntry {
  dueMs: number
  order: number
  /** Runs on the dispatcher, at most once, never after the entry was cancelled. Must not throw. */
  readonly fire: () => void
}

/** A sleep longer than this is slept in pieces: a JavaScript timer holds no more than 2^31 ms. */
const longestSleepMs = 24 * 60 * 60 * 1000

export class Timers {
  private readonly heap = new TimerHeap<TimerEntry>()
  private readonly clock: Clock.Clock
  private readonly start: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>
  private readonly wake: () => void
  private order = 0
  private sleeper: Fiber.RuntimeFiber<void> | undefined = undefined
  private sleepingUntil = Number.POSITIVE_INFINITY
  private inTurn = false
  private closed = false

  /** `wake` asks for a turn of the dispatcher, which then calls `beginTurn`. */
  constructor(clock: Clock.Clock, start: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>, wake: () => void) {
    this.clock = clock
    this.start = start
    this.wake = wake
  }

  /**
   * From the nanosecond clock, which in a live runtime is monotonic: a corrected wall clock neither holds back nor
   * hastens a timer.
   */
  now(): number {
    return Number(this.clock.unsafeCurrentTimeNanos() / 1_000_000n)
  }

  get armed(): number {
    return this.heap.armed
  }

  add(entry: TimerEntry, delayMs: number): void {
    entry.dueMs = this.now() + (delayMs > 0 ? Math.ceil(delayMs) : 0)
    entry.order = this.order++
    this.heap.push(entry)
    // Inside a turn many timers come and go: the sleeper is set once, at its end.
    if (!this.inTurn && entry.dueMs < this.sleepingUntil) this.sleep()
  }

  noteCancelled(): void {
    this.heap.noteCancelled()
  }

  /**
   * Fires what is due. What is armed meanwhile waits for the next turn, so that a chain of zero delays can't hold the
   * dispatcher.
   */
  beginTurn(): void {
    this.inTurn = true
    let first = this.heap.peek()
    if (first === undefined) return
    const now = this.now()
    const armedFrom = this.order
    while (first !== undefined && first.dueMs <= now && first.order < armedFrom) {
      this.heap.removeFirst()
      first.fire()
      first = this.heap.peek()
    }
  }

  endTurn(): void {
    this.inTurn = false
    this.sleep()
  }

  /** Ends the sleeping fiber for good. */
  close(): void {
    this.closed = true
    this.interruptSleeper()
  }

  private sleep(): void {
    const first = this.heap.peek()
    if (this.closed || first === undefined || first.dueMs >= this.sleepingUntil) return
    this.interruptSleeper()
    const now = this.now()
    const delayMs = first.dueMs - now
    if (delayMs <= 0) return this.wake()
    const sleepMs = Math.min(delayMs, longestSleepMs)
    const sleeper = this.start(this.clock.sleep(Duration.millis(sleepMs)))
    this.sleeper = sleeper
    this.sleepingUntil = now + sleepMs
    sleeper.addObserver(() => {
      if (this.sleeper !== sleeper) return
      this.sleeper = undefined
      this.sleepingUntil = Number.POSITIVE_INFINITY
      this.wake()
    })
  }

  private interruptSleeper(): void {
    const sleeper = this.sleeper
    this.sleeper = undefined
    this.sleepingUntil = Number.POSITIVE_INFINITY
    sleeper?.unsafeInterruptAsFork(FiberId.none)
  }
}
