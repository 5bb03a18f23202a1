/**
 * An actor's life, whatever its state and messages: when it runs, what a failure leads to, how it ends and which others
 * hear of that. `Actor` adds the typed part. Registry, parents and watchers hold actors of different kinds as cells, so
 * that no type needs a cast.
 */
import { Cause, type Effect, Exit, type Fiber, FiberId } from "effect"
import {
  type ActorCounters,
  type ActorInfo,
  type ActorSystemApi,
  admitRestart,
  type Handled,
  type StopReason,
  type Supervision,
  type Timer
} from "./Behaviour.ts"
import type { Dispatcher } from "./Dispatcher.ts"
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

/** What came of an actor's failures; those that never failed have none. */
interface Faults {
  restarts: number
  /** Times of the restarts in the window, oldest first. */
  recent: ReadonlyArray<number>
  last: ActorInfo["lastFailure"]
}

export abstract class Cell implements Departing {
  readonly host: Host
  readonly path: string
  readonly parent: Cell | undefined
  handled = 0
  /** `starting` until the first `init` succeeded; `restarting` until the next one may run. */
  phase: "starting" | "living" | "restarting" | "gone" = "starting"
  /** In the dispatcher's queue, or being served. */
  scheduled = false
  /** The Effect of the message in hand, while it runs on. */
  fiber: Fiber.RuntimeFiber<void, unknown> | undefined = undefined
  timers: OwnedTimer | undefined = undefined
  children: Few<Cell> = undefined
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
  protected abstract empty(): number
  /** Tells this actor that `source` is gone. */
  abstract signal(source: Cell, reason: StopReason): void

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
    if (this.ending !== undefined && (!this.takesMessages || this.depth === 0)) this.ending.step()
    else if (this.phase === "restarting" ? !this.hasChildren : this.depth > 0) this.schedule()
  }

  /** Whether what waits in the mailbox is still to be handled. */
  protected get takesMessages(): boolean {
    return this.ending === undefined || this.ending.drains
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

  /** Runs `init`. When that fails at the start, the cell is stopping afterwards. */
  initialise(): void {
    this.unfollowAll()
    try {
      this.renew()
      this.phase = "living"
    } catch (error) {
      this.fail(Cause.die(error))
    }
  }

  /** Runs a handler's Effect. Most end at once, and then cost no more than the making of a fiber. */
  protected perform(effect: Effect.Effect<void, unknown>): void {
    if (Exit.isExit(effect)) return this.concluded(effect)
    const fiber = this.host.start(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) return this.concluded(exit)
    this.fiber = fiber
    fiber.addObserver((ended) => {
      // A fiber that was left behind has nothing more to say.
      if (this.fiber !== fiber) return
      this.fiber = undefined
      this.concluded(ended)
      this.schedule()
    })
    this.ending?.fiberStarted()
  }

  private concluded(exit: Exit.Exit<unknown, unknown>): void {
    if (Exit.isSuccess(exit)) return
    const wasCut = this.ending?.how === "now" && Cause.isInterruptedOnly(exit.cause)
    if (!wasCut) this.fail(exit.cause)
  }

  /** Supervision: a failure is told and counted, then the behaviour's policy decides. */
  protected fail(cause: Cause.Cause<unknown>): void {
    const { ending, supervision } = this
    const started = this.phase !== "starting"
    const inOnStop = ending?.stage === "onStop"
    this.noteFailure(inOnStop ? "onStop failed" : started ? "Actor failed" : "Actor could not start", cause)
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

  protected noteFailure(what: string, cause: Cause.Cause<unknown>): void {
    const error = Cause.squash(cause)
    this.faultRecord.last = {
      atMs: this.host.timers.now(),
      message: error instanceof Error ? error.message : String(error)
    }
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
    this.cancelTimers()
    // Their names must be free again before `init` may use them: the last one to go schedules this cell.
    this.stopChildren("now")
    this.schedule()
  }

  beginStop(how: StopHow, reason: StopReason): void {
    if (this.phase === "gone" || this.ending?.hasten(how, reason) === false) return
    this.ending ??= new Ending(this, how, reason)
    this.ending.press()
    this.schedule()
  }

  discard(): void {
    this.cancelTimers()
    this.host.counters.discarded += this.empty()
  }

  sayFarewell(reason: StopReason): void {
    if (this.phase === "starting") return
    try {
      const result = this.farewell(reason)
      if (result !== undefined) this.perform(result)
    } catch (error) {
      this.fail(Cause.die(error))
    }
  }

  leftBehind(): void {
    this.noteFailure(
      "Actor went without its Effect, which did not end in time",
      Cause.die(new Error("the Effect did not end in time"))
    )
  }

  leave(reason: StopReason): void {
    this.phase = "gone"
    this.unfollowAll()
    this.host.counters.stopped++
    this.host.forget(this)
    const { parent, relations } = this
    this.relations = undefined
    parent?.childGone(this, reason)
    for (const watcher of membersOf(relations?.watchers)) watcher.signal(this, reason)
    for (const onGone of membersOf(relations?.onGone)) onGone()
  }

  adopt(child: Cell): void {
    this.children = including(this.children, child)
  }

  get hasChildren(): boolean {
    return this.children !== undefined
  }

  stopChildren(how: StopHow): void {
    for (const child of membersOf(this.children))
      child.beginStop(how === "now" ? "now" : "drain", { _tag: "ParentStopped" })
  }

  private childGone(child: Cell, reason: StopReason): void {
    this.children = excluding(this.children, child)
    // A parent hears of its children as if it watched them, and not twice when it did.
    this.related.watching = including(this.related.watching, child)
    this.signal(child, reason)
    this.schedule()
  }

  onGone(callback: () => void): void {
    this.related.onGone = including(this.related.onGone, callback)
  }

  noLongerOnGone(callback: () => void): void {
    if (this.relations !== undefined) this.relations.onGone = excluding(this.relations.onGone, callback)
  }

  /** Asks to hear of `target`'s end. */
  protected follow(target: Cell): void {
    if (this.phase === "gone" || target === this || includes(this.relations?.watching, target)) return
    this.related.watching = including(this.related.watching, target)
    if (target.phase !== "gone") target.related.watchers = including(target.related.watchers, this)
    else if (target.ending !== undefined) this.signal(target, target.ending.reason)
  }

  protected unfollow(target: Cell): void {
    this.takeEnd(target)
    if (target.relations !== undefined) target.relations.watchers = excluding(target.relations.watchers, this)
  }

  /** Whether that end is of interest; from then on it is not: an end is told once. */
  protected takeEnd(source: Cell): boolean {
    if (this.relations === undefined || !includes(this.relations.watching, source)) return false
    this.relations.watching = excluding(this.relations.watching, source)
    return true
  }

  /** Signals on their way find nobody interested. */
  private unfollowAll(): void {
    for (const target of membersOf(this.relations?.watching)) this.unfollow(target)
  }

  private get related(): Relations<Cell> {
    this.relations ??= new Relations()
    return this.relations
  }

  private cancelTimers(): void {
    while (this.timers !== undefined) this.timers.cancel()
  }
}

/**
 * `drain` handles what waits first; `finish` handles nothing more but lets the Effect in hand end; `now` interrupts it.
 */
type StopHow = "drain" | "finish" | "now"

/** The actor as its ending sees it. */
interface Departing {
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

/**
 * An actor's way out: its messages, then its children, then `onStop`, then gone. Each stage that could hang has a
 * deadline.
 */
class Ending {
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

/**
 * None, one by itself, or a set: most actors have one relation of a kind or none. Members are not sets themselves.
 */
type Few<A> = A | Set<A> | undefined

/**
 * The others that an actor has to do with. Made for the first of these: most actors are watched by nobody but their
 * parents.
 */
class Relations<Cell> {
  /** Those who want to hear when this actor is gone. */
  watchers: Few<Cell> = undefined
  /** Those whose end this actor waits to hear of. */
  watching: Few<Cell> = undefined
  /** Called once this actor is gone: pending asks, and callers who wait for its end. */
  onGone: Few<() => void> = undefined
}

/** `few` with `member`. */
const including = <A>(few: Few<A>, member: A): Few<A> => {
  if (few === undefined || few === member) return member
  return few instanceof Set ? few.add(member) : new Set([few, member])
}

/** `few` without `member`, undefined when nothing is left. */
const excluding = <A>(few: Few<A>, member: A): Few<A> => {
  if (!(few instanceof Set)) return few === member ? undefined : few
  few.delete(member)
  return few.size === 0 ? undefined : few
}

const includes = <A>(few: Few<A>, member: A): boolean =>
  few instanceof Set ? few.has(member) : few !== undefined && few === member

/** To loop over, though members come and go meanwhile. */
const membersOf = <A>(few: Few<A>): Iterable<A> => (few instanceof Set ? few : few === undefined ? [] : [few])
