/**
 * An actor's way out: its messages, then its children, then `onStop`, then gone. Each stage that could hang has a
 * deadline.
 */
import { type Fiber, FiberId } from "effect"
import type { ActorSystemApi, StopReason, Timer } from "./Behaviour.ts"

/**
 * `drain` handles what waits first; `finish` handles nothing more but lets the Effect in hand end; `now` interrupts it.
 */
export type StopHow = "drain" | "finish" | "now"

/** The actor as its ending sees it. */
export interface Departing {
  readonly host: { readonly api: ActorSystemApi; readonly drainMs: number; readonly cutMs: number }
  fiber: Fiber.RuntimeFiber<void, unknown> | undefined
  /** In the middle of its turn or about to have one. */
  readonly scheduled: boolean
  readonly hasChildren: boolean
  readonly schedule: () => void
  /** Throws away messages and timers. */
  readonly discard: () => void
  readonly stopChildren: (how: StopHow) => void
  readonly sayFarewell: (reason: StopReason) => void
  /** The Effect in hand did not end when it was interrupted, and runs on without its actor. */
  readonly leftBehind: () => void
  readonly leave: (reason: StopReason) => void
}

const urgency: Readonly<Record<StopHow, number>> = { drain: 0, finish: 1, now: 2 }

export class Ending {
  how: StopHow
  reason: StopReason
  stage: "messages" | "children" | "onStop" = "messages"
  private readonly actor: Departing
  private deadline: Timer | undefined = undefined

  constructor(actor: Departing, how: StopHow, reason: StopReason) {
    this.actor = actor
    this.how = how
    this.reason = reason
  }

  get drains(): boolean {
    return this.how === "drain" && this.stage === "messages"
  }

  /** Takes over a wish when it is more urgent than the present one, and says whether it was. */
  hasten(how: StopHow, reason: StopReason): boolean {
    if (urgency[how] <= urgency[this.how]) return false
    this.how = how
    if (this.stage === "messages") this.reason = reason
    return true
  }

  /** Does what can be done at once; the rest happens when the actor is served. */
  press(): void {
    const { actor, how, stage } = this
    if (stage === "children") actor.stopChildren(how)
    if (stage !== "messages") return
    if (how === "now") this.cut()
    else if (this.deadline === undefined && (actor.scheduled || actor.fiber !== undefined)) {
      // The reason stays: who asked for a drain learns that it ended, and the counters tell what was thrown away.
      this.deadline = actor.host.api.after(actor.host.drainMs, () => {
        if (this.hasten("now", this.reason)) this.cut()
      })
    }
  }

  /** Called when an Effect of the actor went on running: a handler may have asked for its own end before it did. */
  fiberStarted(): void {
    if (this.stage === "onStop") this.giveUpLater()
    else if (this.how === "now") this.cut()
  }

  /** One step, each time the actor is served. */
  step(): void {
    const { actor } = this
    if (this.stage === "messages") {
      this.deadline?.cancel()
      this.stage = "children"
      actor.discard()
      actor.stopChildren(this.how)
    }
    if (actor.hasChildren) return
    if (this.stage === "children") {
      this.stage = "onStop"
      actor.sayFarewell(this.reason)
    }
    if (actor.fiber !== undefined) return
    this.deadline?.cancel()
    actor.leave(this.reason)
  }

  private cut(): void {
    this.deadline?.cancel()
    if (this.actor.fiber === undefined) return
    this.giveUpLater()
    this.actor.fiber.unsafeInterruptAsFork(FiberId.none)
  }

  private giveUpLater(): void {
    const { actor } = this
    const { fiber } = actor
    this.deadline = actor.host.api.after(actor.host.cutMs, () => {
      if (fiber === undefined || actor.fiber !== fiber) return
      // For an `onStop` that takes too long this is the first it hears of it.
      fiber.unsafeInterruptAsFork(FiberId.none)
      actor.fiber = undefined
      actor.leftBehind()
      actor.schedule()
    })
  }
}
