/**
 * A message that an actor put off for itself. When it falls due the timer itself waits in the mailbox, so it can be
 * cancelled to the last.
 */
import type { Handled, Timer } from "./Behaviour.ts"
import type { OwnedTimer } from "./Cell.ts"
import { Letter, type Recipient } from "./Mailbox.ts"
import type { TimerEntry, Timers } from "./Timers.ts"

export interface TimerOwner<Message> {
  timers: OwnedTimer | undefined
  readonly timerDue: (timer: ActorTimer<Message>) => void
}

export class ActorTimer<Message> extends Letter<Message> implements Timer, TimerEntry, OwnedTimer {
  dueMs = 0
  order = 0
  live = true
  nextOwned: OwnedTimer | undefined
  previousOwned: OwnedTimer | undefined = undefined
  private inHeap = true
  private readonly timers: Timers
  /** Let go of when it is over: a cancelled timer stays in the heap for a while, and must not keep its actor. */
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
