/**
 * An actor's lifecycle, whatever its state and messages: when it runs, how it handles failures, how it ends and which
 * actors it notifies. `Actor` adds the typed part. Registry, parents and watchers hold actors of different kinds as
 * cells, so that no type needs a cast.
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

/** The parts of the system that a cell uses. */
export interface Host {
  readonly api: ActorSystemApi
  readonly dispatcher: Dispatcher
  readonly timers: Timers
  readonly counters: ActorCounters
  /** How long a stopping actor may drain its waiting messages. */
  readonly drainMs: number
  /** How long an interrupted Effect, or the Effect of `onStop`, may run on before the system abandons it. */
  readonly cutMs: number
  /** Starts an Effect at once, and runs it on the caller's stack until it first suspends. */
  readonly start: (effect: Effect.Effect<void, unknown>) => Fiber.RuntimeFiber<void, unknown>
  /** Logs and counts a failure. */
  readonly report: (cell: Cell, what: string, cause: Cause.Cause<unknown>) => void
  readonly isTaken: (path: string) => boolean
  readonly register: (cell: Cell) => void
  /** Frees the path. */
  readonly forget: (cell: Cell) => void
}

/** A timer in its owner's list: a linked node without a container, because most owners have one timer. */
export interface OwnedTimer {
  nextOwned: OwnedTimer | undefined
  previousOwned: OwnedTimer | undefined
  readonly cancel: () => void
}

/** Records an actor's failures; an actor that never failed has no record. */
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
  /** `starting` until `init` has succeeded once; `restarting` until the next `init` may run. */
  phase: "starting" | "living" | "restarting" | "gone" = "starting"
  /** In the dispatcher's queue, or running its share of a turn. */
  scheduled = false
  /** The Effect of the current message, while it is still running. */
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
  /** Discards the waiting messages and returns their number. */
  protected abstract empty(): number
  /** Notifies this actor that `source` is gone. */
  abstract signal(source: Cell, reason: StopReason): void

  schedule(): void {
    if (this.scheduled || this.fiber !== undefined || this.phase === "gone") return
    this.scheduled = true
    this.host.dispatcher.enqueue(this)
  }

  /** Runs one share of a turn. The only place that runs an actor's handlers. */
  serve(): void {
    if (this.phase === "restarting" && this.takesMessages && !this.hasChildren) this.initialise()
    if (this.mayGoOn) this.work()
    this.scheduled = false
    if (this.fiber !== undefined || this.phase === "gone") return
    if (this.ending !== undefined && (!this.takesMessages || this.depth === 0)) this.ending.step()
    else if (this.phase === "restarting" ? !this.hasChildren : this.depth > 0) this.schedule()
  }

  /** Whether this actor still handles the messages in its mailbox. */
  protected get takesMessages(): boolean {
    return this.ending === undefined || this.ending.drains
  }

  /** Whether this actor may handle the next message now. */
  protected get mayGoOn(): boolean {
    return this.fiber === undefined && this.phase === "living" && this.takesMessages
  }

  get activity(): ActorInfo["state"] {
    if (this.ending !== undefined) return "stopping"
    if (this.fiber !== undefined) return "running"
    return this.scheduled || this.phase !== "living" ? "ready" : "idle"
  }

  /** Runs `init`. If it fails at the start, the cell is stopping afterwards. */
  initialise(): void {
    this.unfollowAll()
    try {
      this.renew()
      this.phase = "living"
    } catch (error) {
      this.fail(Cause.die(error))
    }
  }

  /** Runs a handler's Effect. Most Effects end at once; those cost only the creation of a fiber. */
  protected perform(effect: Effect.Effect<void, unknown>): void {
    if (Exit.isExit(effect)) return this.concluded(effect)
    const fiber = this.host.start(effect)
    const exit = fiber.unsafePoll()
    if (exit !== null) return this.concluded(exit)
    this.fiber = fiber
    fiber.addObserver((ended) => {
      // Ignore the exit of an abandoned fiber.
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

  /** Supervision: reports and counts a failure, then applies the behaviour's policy. */
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
      // Its message may quote what the actor handled: only the log has it.
      error: error instanceof Error ? error.name : typeof error
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
    // Their names must be free before `init` may use them again: the last child to go schedules this cell.
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
    // A parent gets a signal for each child, as if it watched them, and only one even if it did.
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

  /** Requests a signal for `target`'s end. */
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

  /** Returns whether this actor waits for that end, and removes the interest: each end is signalled once. */
  protected takeEnd(source: Cell): boolean {
    if (this.relations === undefined || !includes(this.relations.watching, source)) return false
    this.relations.watching = excluding(this.relations.watching, source)
    return true
  }

  /** Drops all interests: signals that are already on their way are ignored. */
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
 * `drain` handles the waiting messages first; `finish` handles no more messages but lets the running Effect end; `now`
 * interrupts it.
 */
type StopHow = "drain" | "finish" | "now"

/** The actor as its ending sees it. */
interface Departing {
  readonly host: { readonly api: ActorSystemApi; readonly drainMs: number; readonly cutMs: number }
  fiber: Fiber.RuntimeFiber<void, unknown> | undefined
  /** Running its turn, or in the dispatcher's queue. */
  readonly scheduled: boolean
  readonly hasChildren: boolean
  readonly schedule: () => void
  /** Discards messages and timers. */
  readonly discard: () => void
  readonly stopChildren: (how: StopHow) => void
  readonly sayFarewell: (reason: StopReason) => void
  /** Called when an interrupted Effect did not end: it runs on without its actor. */
  readonly leftBehind: () => void
  readonly leave: (reason: StopReason) => void
}

const urgency: Readonly<Record<StopHow, number>> = { drain: 0, finish: 1, now: 2 }

/**
 * Ends an actor: its messages, then its children, then `onStop`, then gone. Each stage that could hang has a deadline.
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

  /** Raises the urgency if `how` is more urgent than the present one, and returns whether it was. */
  hasten(how: StopHow, reason: StopReason): boolean {
    if (urgency[how] <= urgency[this.how]) return false
    this.how = how
    if (this.stage === "messages") this.reason = reason
    return true
  }

  /** Does everything that is possible at once; the rest follows in the actor's own turns. */
  press(): void {
    const { actor, how, stage } = this
    if (stage === "children") actor.stopChildren(how)
    if (stage !== "messages") return
    if (how === "now") this.cut()
    else if (this.deadline === undefined && (actor.scheduled || actor.fiber !== undefined)) {
      // Keep the reason: the caller of a drain learns that it ended, and the counters show the discarded messages.
      this.deadline = actor.host.api.after(actor.host.drainMs, () => {
        if (this.hasten("now", this.reason)) this.cut()
      })
    }
  }

  /** Called when a handler's Effect did not end at once: the handler may have requested its own stop before. */
  fiberStarted(): void {
    if (this.stage === "onStop") this.giveUpLater()
    else if (this.how === "now") this.cut()
  }

  /** Runs one step, in each turn of the actor. */
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
      // If `onStop` takes too long, this is its first interruption.
      fiber.unsafeInterruptAsFork(FiberId.none)
      actor.fiber = undefined
      actor.leftBehind()
      actor.schedule()
    })
  }
}

/**
 * None, a single member, or a set: most actors have at most one relation of a kind. Members are not sets themselves.
 */
type Few<A> = A | Set<A> | undefined

/** The relations of an actor to others. Created for the first one: most actors are watched only by their parents. */
class Relations<Cell> {
  /** Actors that get a signal when this one is gone. */
  watchers: Few<Cell> = undefined
  /** Actors whose end this one waits for. */
  watching: Few<Cell> = undefined
  /** Callbacks for the time when this actor is gone: of pending asks, and of callers that wait for its end. */
  onGone: Few<() => void> = undefined
}

/** Returns `few` with `member`. */
const including = <A>(few: Few<A>, member: A): Few<A> => {
  if (few === undefined || few === member) return member
  return few instanceof Set ? few.add(member) : new Set([few, member])
}

/** Returns `few` without `member`; undefined if nothing is left. */
const excluding = <A>(few: Few<A>, member: A): Few<A> => {
  if (!(few instanceof Set)) return few === member ? undefined : few
  few.delete(member)
  return few.size === 0 ? undefined : few
}

const includes = <A>(few: Few<A>, member: A): boolean =>
  few instanceof Set ? few.has(member) : few !== undefined && few === member

/** Iterates over the members, even if the loop adds or removes some. */
const membersOf = <A>(few: Few<A>): Iterable<A> => (few instanceof Set ? few : few === undefined ? [] : [few])
