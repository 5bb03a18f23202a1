/**
 * All timers of a system: one heap, and at most one sleeping fiber, which sleeps on the system's Clock until the
 * earliest timer is due.
 */
import { type Clock, Duration, type Effect, type Fiber, FiberId } from "effect"
import type { Timer } from "./Behaviour.ts"

export interface TimerEntry extends HeapEntry {
  dueMs: number
  order: number
  /** Runs on the dispatcher, at most once, never after the entry was cancelled. Must not throw. */
  readonly fire: () => void
}

/** Longer sleeps are split into pieces: a JavaScript timer takes at most 2^31 ms. */
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

  /** `wake` requests a turn of the dispatcher, which then calls `beginTurn`. */
  constructor(clock: Clock.Clock, start: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>, wake: () => void) {
    this.clock = clock
    this.start = start
    this.wake = wake
  }

  /**
   * Reads the nanosecond clock, which in a live runtime is monotonic: correcting the wall clock neither delays nor
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
    // Many timers come and go inside a turn: set the sleeper once, at its end.
    if (!this.inTurn && entry.dueMs < this.sleepingUntil) this.sleep()
  }

  noteCancelled(): void {
    this.heap.noteCancelled()
  }

  /**
   * Fires the timers that are due. Timers armed in the meantime wait for the next turn, so that a chain of zero delays
   * can't occupy the dispatcher.
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

/** A deferred plain function: the timer of the system's own `after`. */
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

interface HeapEntry {
  readonly dueMs: number
  /** Breaks ties: of two entries due at the same time, the one armed first comes first. */
  readonly order: number
  /** False once cancelled. */
  readonly live: boolean
}

const before = (a: HeapEntry, b: HeapEntry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)

/** Below this number of cancelled entries a sweep does not pay off. */
const sweepFrom = 64

/**
 * Entries ordered by due time, earliest first. Cancelling only marks an entry; a sweep removes marked entries when they
 * outnumber the others.
 */
export class TimerHeap<Entry extends HeapEntry> {
  private entries: Array<Entry> = []
  private cancelled = 0

  /** All entries, including cancelled ones. */
  get size(): number {
    return this.entries.length
  }

  /** Entries that may still fall due. */
  get armed(): number {
    return this.entries.length - this.cancelled
  }

  push(entry: Entry): void {
    this.entries.push(entry)
    this.siftUp(this.entries.length - 1)
  }

  /** Call this once for an entry of this heap that was just cancelled. Amortised constant time. */
  noteCancelled(): void {
    this.cancelled++
    if (this.cancelled < sweepFrom || this.cancelled * 2 < this.entries.length) return
    this.entries = this.entries.filter((entry) => entry.live)
    this.cancelled = 0
    for (let index = (this.entries.length >> 1) - 1; index >= 0; index--) this.siftDown(index)
  }

  /** The earliest live entry, left in place. */
  peek(): Entry | undefined {
    let first = this.entries[0]
    while (first !== undefined && !first.live) {
      this.removeFirst()
      this.cancelled--
      first = this.entries[0]
    }
    return first
  }

  /** Removes the entry that `peek` just returned. */
  removeFirst(): void {
    const last = this.entries.pop()
    if (last === undefined || this.entries.length === 0) return
    this.entries[0] = last
    this.siftDown(0)
  }

  private siftUp(from: number): void {
    const { entries } = this
    const entry = entries[from]
    if (entry === undefined) return
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = entries[parentIndex]
      if (parent === undefined || before(parent, entry)) break
      entries[index] = parent
      index = parentIndex
    }
    entries[index] = entry
  }

  private siftDown(from: number): void {
    const { entries } = this
    const entry = entries[from]
    if (entry === undefined) return
    let index = from
    for (;;) {
      const leftIndex = 2 * index + 1
      const left = entries[leftIndex]
      if (left === undefined) break
      const right = entries[leftIndex + 1]
      const rightIsLess = right !== undefined && before(right, left)
      const least = rightIsLess ? right : left
      if (before(entry, least)) break
      entries[index] = least
      index = rightIsLess ? leftIndex + 1 : leftIndex
    }
    entries[index] = entry
  }
}
