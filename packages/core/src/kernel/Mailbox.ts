/**
 * An actor's queue, first in, first out: messages, signals, and timers that fell due. A linked list rather than a ring:
 * an empty mailbox holds no array, so an idle actor is small, and a letter can be collected once it is taken.
 */
import type { Handled, Signal, Timer } from "./Behaviour.ts"
import type { Cell, OwnedTimer } from "./Cell.ts"
import type { TimerEntry, Timers } from "./Timers.ts"

/** The actor's side of a delivery. */
export interface Recipient<Message> {
  readonly handleMessage: (message: Message) => Handled
  readonly handleSignal: (signal: Signal, source: Cell) => Handled
}

/** One entry of a mailbox. Its class (message, timer or signal) determines how it is delivered. */
abstract class Letter<Message> {
  next: Letter<Message> | undefined = undefined
  key: unknown = undefined
  abstract deliver(to: Recipient<Message>): Handled
}

export class MessageLetter<Message> extends Letter<Message> {
  message: Message
  constructor(message: Message) {
    super()
    this.message = message
  }
  deliver(to: Recipient<Message>): Handled {
    return to.handleMessage(this.message)
  }
}

export class SignalLetter<Message> extends Letter<Message> {
  readonly signal: Signal
  readonly source: Cell
  constructor(signal: Signal, source: Cell) {
    super()
    this.signal = signal
    this.source = source
  }
  deliver(to: Recipient<Message>): Handled {
    return to.handleSignal(this.signal, this.source)
  }
}

export class Mailbox<Message> {
  depth = 0
  private head: Letter<Message> | undefined = undefined
  private tail: Letter<Message> | undefined = undefined
  /** Waiting messages by key, for behaviours that coalesce. */
  private keyed: Map<unknown, MessageLetter<Message>> | undefined = undefined

  push(letter: Letter<Message>): void {
    if (this.tail === undefined) this.head = letter
    else this.tail.next = letter
    this.tail = letter
    this.depth++
  }

  /** Adds a message that a later one with the same key may replace; `key` is not undefined. */
  pushKeyed(letter: MessageLetter<Message>, key: unknown): void {
    letter.key = key
    this.keyed ??= new Map()
    this.keyed.set(key, letter)
    this.push(letter)
  }

  /** Replaces the waiting message with that key by `message`. Returns false if none waits. */
  replace(key: unknown, message: Message): boolean {
    const waiting = this.keyed?.get(key)
    if (waiting === undefined) return false
    waiting.message = message
    return true
  }

  take(): Letter<Message> | undefined {
    const letter = this.head
    if (letter === undefined) return undefined
    this.head = letter.next
    if (this.head === undefined) this.tail = undefined
    // Clear the link: if the collector has already aged this letter, its link would keep the next one alive.
    letter.next = undefined
    this.depth--
    if (letter.key !== undefined && this.keyed !== undefined) {
      this.keyed.delete(letter.key)
      if (this.keyed.size === 0) this.keyed = undefined
    }
    return letter
  }

  /** Empties the mailbox and returns the number of discarded letters. */
  clear(): number {
    const lost = this.depth
    this.head = undefined
    this.tail = undefined
    this.keyed = undefined
    this.depth = 0
    return lost
  }
}

interface TimerOwner<Message> {
  timers: OwnedTimer | undefined
  readonly timerDue: (timer: ActorTimer<Message>) => void
}

/**
 * A message that an actor deferred for itself. When it falls due, the timer itself waits in the mailbox, so the actor
 * can cancel it to the last moment.
 */
export class ActorTimer<Message> extends Letter<Message> implements Timer, TimerEntry, OwnedTimer {
  dueMs = 0
  order = 0
  live = true
  nextOwned: OwnedTimer | undefined
  previousOwned: OwnedTimer | undefined = undefined
  private inHeap = true
  private readonly timers: Timers
  /**
   * Released when the timer is over: a cancelled timer stays in the heap for a while, and must not keep its actor
   * alive.
   */
  private owner: TimerOwner<Message> | undefined
  private readonly message: Message

  constructor(timers: Timers, owner: TimerOwner<Message>, message: Message) {
    super()
    this.timers = timers
    this.owner = owner
    this.message = message
    this.nextOwned = owner.timers
    if (owner.timers !== undefined) owner.timers.previousOwned = this
    owner.timers = this
  }

  fire(): void {
    this.inHeap = false
    this.owner?.timerDue(this)
  }

  deliver(to: Recipient<Message>): Handled {
    if (!this.live) return
    this.release()
    return to.handleMessage(this.message)
  }

  cancel(): void {
    if (!this.live) return
    this.release()
    if (this.inHeap) this.timers.noteCancelled()
  }

  private release(): void {
    this.live = false
    if (this.previousOwned !== undefined) this.previousOwned.nextOwned = this.nextOwned
    else if (this.owner !== undefined) this.owner.timers = this.nextOwned
    if (this.nextOwned !== undefined) this.nextOwned.previousOwned = this.previousOwned
    this.nextOwned = undefined
    this.previousOwned = undefined
    this.owner = undefined
  }
}
