/**
 * An actor's life, whatever its state and messages: when it is served, what a failure leads to, how it stops. `Actor` adds the typed part;
 * whatever holds actors of different kinds (registry, parents, watchers) holds cells, so that no type has to be cast away.
 */
import { Cause, type Effect, Exit, type Fiber, FiberId } from "effect"
import type { ActorCounters, ActorInfo } from "./ActorInfo.ts"
import type { ActorSystemApi, Handled, StopReason } from "./Behaviour.ts"
import type { Dispatcher } from "./Dispatcher.ts"
import { Ending, type StopHow } from "./Ending.ts"
import { type Faults, Relations } from "./Relations.ts"
import { admitRestart, type Supervision } from "./Supervision.ts"
import type { Timers } from "./Timers.ts"

/** What a cell needs of its system. */
export interface Host {
  readonly api: ActorSystemApi
  readonly dispatcher: Dispatcher
  readonly timers: Timers
  readonly counters: ActorCounters
  /** How long waiting messages are drained. */
  readonly drainMs: number
  /** How long an interrupted Effect, or one of `onStop`, may take before it is left behind. */
  readonly cutMs: number
  /** Starts an Effect at once, on the caller's stack as far as it goes. */
  readonly start: (effect: Effect.Effect<void, unknown>) => Fiber.RuntimeFiber<void, unknown>
  /** Logs and counts a failure. */
  readonly report: (cell: Cell, what: string, cause: Cause.Cause<unknown>) => void
  readonly isTaken: (path: string) => boolean
  readonly register: (cell: Cell) => void
  /** Frees the path. */
  readonly forget: (cell: Cell) => void
}

/** A timer as its owner keeps it: a node of a list without a container, because most owners have one. */
export interface OwnedTimer {
  nextOwned: OwnedTimer | undefined
  previousOwned: OwnedTimer | undefined
  readonly cancel: () => void
}

export abstract class Cell {
  readonly host: Host
  readonly path: string
  readonly parent: Cell | undefined
  /** Each restart begins another life, in which signals and timers of the former mean nothing. */
  life = 1
  handled = 0
  /** `starting` until the first `init` succeeded. */
  phase: "starting" | "living" | "restarting" | "gone" = "starting"
  /** In the dispatcher's queue, or being served. */
  scheduled = false
  /** The Effect of the message in hand, while it runs on. */
  fiber: Fiber.RuntimeFiber<void, unknown> | undefined = undefined
  timers: OwnedTimer | undefined = undefined
  relations: Relations<Cell> | undefined = undefined
  faults: Faults | undefined = undefined
  ending: Ending | undefined = undefined

  constructor(host: Host, path: string, parent: Cell | undefined) {
    this.host = host
    this.path = path
    this.parent = parent
  }

  abstract readonly kind: string
  abstract readonly depth: number
  abstract readonly info: ActorInfo
  /** Its ref, whose message type only `Actor` knows. */
  abstract readonly ref: object
  protected abstract readonly supervision: Supervision
  /** Sets fresh state. May throw. */
  protected abstract renew(): void
  /** Handles messages for one share of a turn, and returns early when `mayGoOn` turns false. */
  protected abstract work(): void
  /** Calls `onStop`. May throw. */
  protected abstract farewell(reason: StopReason): Handled
  /** Throws the waiting messages away and says how many. */
  protected abstract discard(): number
  abstract signal(source: Cell, reason: StopReason): void

  /** The first `init`. False when it failed: the cell is then already stopping. */
  begin(): boolean {
    this.initialise()
    return this.ending === undefined
  }

  schedule(): void {
    if (this.scheduled || this.fiber !== undefined || this.phase === "gone") return
    this.scheduled = true
    this.host.dispatcher.enqueue(this)
  }

  /** One share of a turn. The only place that runs an actor's handlers. */
  serve(): void {
    if (this.phase === "restarting" && this.takesMessages && !this.hasChildren) this.initialise()
    if (this.mayGoOn) this.work()
    this.scheduled = false
    if (this.fiber !== undefined || this.phase === "gone") return
    if (this.ending !== undefined && (!this.takesMessages || this.depth === 0)) this.end(this.ending)
    else if (this.phase === "restarting" ? !this.hasChildren : this.depth > 0) this.schedule()
  }

  /** Whether what waits in the mailbox is still to be handled. */
  protected get takesMessages(): boolean {
    const { ending } = this
    return ending === undefined || (ending.how === "drain" && ending.stage === "messages")
  }

  /** Whether the next message may be handled now. */
  protected get mayGoOn(): boolean {
    return this.fiber === undefined && this.phase === "living" && this.takesMessages
  }

  get activity(): ActorInfo["state"] {
    if (this.ending !== undefined) return "stopping"
    if (this.fiber !== undefined) return "running"
    return this.scheduled || this.phase !== "living" ? "ready" : "idle"
  }

  private get hasChildren(): boolean {
    return this.relations?.children !== undefined && this.relations.children.size > 0
  }

  protected get related(): Relations<Cell> {
    this.relations ??= new Relations()
    return this.relations
  }

  adopt(child: Cell): void {
    const { related } = this
    related.children ??= new Set()
    related.children.add(child)
  }

  onGone(callback: () => void): void {
    const { related } = this
    related.onGone ??= new Set()
    related.onGone.add(callback)
  }

  noLongerOnGone(callback: () => void): void {
    const { relations } = this
    if (relations?.onGone?.delete(callback) === true && relations.onGone.size === 0) relations.onGone = undefined
  }

  /** Asks to hear of `target`'s end. */
  protected follow(target: Cell): void {
    if (this.phase === "gone" || target === this) return
    const { related } = this
    related.watching ??= new Set()
    related.watching.add(target)
    if (target.phase === "gone") {
      if (target.ending !== undefined) this.signal(target, target.ending.reason)
      return
    }
    const { related: others } = target
    others.watchers ??= new Set()
    others.watchers.add(this)
  }

  protected unfollow(target: Cell): void {
    this.relations?.watching?.delete(target)
    target.relations?.watchers?.delete(this)
  }

  /** Whether that end is still of interest, and it no longer is from then on: a watched end is told once. */
  protected takeEnd(source: Cell): boolean {
    const wasWatched = this.relations?.watching?.delete(source) === true
    return wasWatched || source.parent === this
  }

  /** Runs a handler's Effect. Most end at once, and then cost no more than the fiber. */
  protected perform(effect: Effect.Effect<void, unknown>): void {
    if (Exit.isExit(effect)) return this.concluded(effect)
    const fiber = this.host.start(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) return this.concluded(exit)
    this.fiber = fiber
    fiber.addObserver((ended) => {
      // A fiber left behind by a cut has nothing more to say.
      if (this.fiber !== fiber) return
      this.fiber = undefined
      this.concluded(ended)
      this.schedule()
    })
    // It asked for its own end before this cell knew its fiber.
    if (this.ending?.how === "now" && this.ending.stage === "messages") this.cut(this.ending)
  }

  private concluded(exit: Exit.Exit<unknown, unknown>): void {
    if (Exit.isSuccess(exit)) return
    const wasCut = this.ending?.how === "now" && Cause.isInterruptedOnly(exit.cause)
    if (!wasCut) this.fail(exit.cause)
  }

  /** Supervision: a failure is told and counted, then the behaviour's policy decides. */
  fail(cause: Cause.Cause<unknown>): void {
    const { ending, supervision } = this
    const inOnStop = ending?.stage === "onStop"
    this.noteFailure(inOnStop ? "onStop failed" : this.phase === "starting" ? "Actor could not start" : "Actor failed", cause)
    const started = this.phase !== "starting"
    if (inOnStop || (supervision._tag === "Resume" && started)) return
    if (supervision._tag === "Restart" && started && ending === undefined) {
      const faults = this.faultRecord
      const recent = admitRestart(supervision, faults.recent, this.host.timers.now())
      if (recent !== undefined) {
        faults.recent = recent
        return this.restart(faults)
      }
    }
    this.beginStop("finish", { _tag: "Failed", cause })
  }

  noteFailure(what: string, cause: Cause.Cause<unknown>): void {
    const error = Cause.squash(cause)
    this.faultRecord.last = { atMs: this.host.timers.now(), message: error instanceof Error ? error.message : String(error) }
    this.host.report(this, what, cause)
  }

  private get faultRecord(): Faults {
    this.faults ??= { restarts: 0, recent: [], last: undefined }
    return this.faults
  }

  private restart(faults: Faults): void {
    faults.restarts++
    this.host.counters.restarts++
    this.phase = "restarting"
    this.life++
    this.cancelTimers()
    this.forgetWatched()
    // Their names must be free again before `init` may use them: the last one to go schedules this cell.
    for (const child of this.relations?.children ?? []) child.beginStop("now", { _tag: "ParentStopped" })
    this.schedule()
  }

  private initialise(): void {
    // A restarted actor lives again before its `init`: what that watches is told to this life.
    if (this.phase === "restarting") this.phase = "living"
    try {
      this.renew()
      this.phase = "living"
    } catch (error) {
      this.fail(Cause.die(error))
    }
  }

  beginStop(how: StopHow, reason: StopReason): void {
    if (this.phase === "gone") return
    if (this.ending === undefined) this.ending = new Ending(how, reason)
    else if (!this.ending.hasten(how, reason)) return
    const { ending } = this
    if (ending.stage === "children") this.stopChildren(ending)
    if (ending.stage !== "messages") return
    if (how === "now") this.cut(ending)
    else if (ending.deadline === undefined && (this.scheduled || this.fiber !== undefined)) {
      // Whether it drains or only finishes its Effect: past the deadline it is cut.
      ending.deadline = this.host.api.after(this.host.drainMs, () => this.beginStop("now", ending.reason))
    }
    this.schedule()
  }

  /** Interrupts the Effect in hand, and leaves it behind when it does not heed. */
  private cut(ending: Ending): void {
    ending.deadline?.cancel()
    ending.deadline = undefined
    const { fiber } = this
    if (fiber === undefined) return
    ending.deadline = this.host.api.after(this.host.cutMs, () => this.abandon(fiber))
    fiber.unsafeInterruptAsFork(FiberId.none)
  }

  private abandon(fiber: Fiber.RuntimeFiber<void, unknown>): void {
    if (this.fiber !== fiber) return
    fiber.unsafeInterruptAsFork(FiberId.none)
    this.fiber = undefined
    this.noteFailure("Actor was left behind: its Effect did not end in time", Cause.empty)
    this.schedule()
  }

  /** One step of the way out, each time this cell is served: children, then `onStop`, then gone. */
  private end(ending: Ending): void {
    if (ending.stage === "messages") {
      ending.deadline?.cancel()
      ending.stage = "children"
      this.host.counters.discarded += this.discard()
      this.cancelTimers()
      this.stopChildren(ending)
    }
    if (this.hasChildren) return
    if (ending.stage === "children") {
      ending.stage = "onStop"
      if (this.phase !== "starting") this.sayFarewell(ending)
      if (this.fiber !== undefined) return
    }
    this.leave(ending)
  }

  private stopChildren(ending: Ending): void {
    const how = ending.how === "now" ? "now" : "drain"
    for (const child of this.relations?.children ?? []) child.beginStop(how, { _tag: "ParentStopped" })
  }

  private sayFarewell(ending: Ending): void {
    try {
      const result = this.farewell(ending.reason)
      if (result !== undefined) this.perform(result)
    } catch (error) {
      this.fail(Cause.die(error))
    }
    const { fiber } = this
    if (fiber !== undefined) ending.deadline = this.host.api.after(this.host.cutMs, () => this.abandon(fiber))
  }

  private leave(ending: Ending): void {
    ending.deadline?.cancel()
    this.phase = "gone"
    this.cancelTimers()
    this.forgetWatched()
    this.host.counters.discarded += this.discard()
    this.host.counters.stopped++
    this.host.forget(this)
    const { parent, relations } = this
    this.relations = undefined
    parent?.childGone(this, ending.reason)
    for (const watcher of relations?.watchers ?? []) if (watcher !== parent) watcher.signal(this, ending.reason)
    for (const onGone of relations?.onGone ?? []) onGone()
  }

  private childGone(child: Cell, reason: StopReason): void {
    const children = this.relations?.children
    children?.delete(child)
    if (this.relations !== undefined && children?.size === 0) this.relations.children = undefined
    this.signal(child, reason)
    if (!this.hasChildren) this.schedule()
  }

  private cancelTimers(): void {
    while (this.timers !== undefined) this.timers.cancel()
  }

  private forgetWatched(): void {
    const watching = this.relations?.watching
    if (watching === undefined) return
    for (const cell of watching) cell.relations?.watchers?.delete(this)
    if (this.relations !== undefined) this.relations.watching = undefined
  }
}
