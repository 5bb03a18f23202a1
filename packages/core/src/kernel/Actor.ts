/**
 * One actor with its types: its state, its mailbox, the handlers of its behaviour, and its ref. The behaviour sees it
 * as `self`.
 */
import { Cause, Duration, Effect } from "effect"
import { type ActorRef, ActorStopped, AskTimeout, MailboxFull, type TellResult } from "./ActorRef.ts"
import {
  type ActorInfo,
  type ActorSystemApi,
  type Behaviour,
  type Handled,
  PathTaken,
  type Self,
  type Signal,
  type StopReason,
  type Supervision,
  type Timer
} from "./Behaviour.ts"
import { Cell, type Host } from "./Cell.ts"
import { ActorTimer, Mailbox, MessageLetter, type Recipient, SignalLetter } from "./Mailbox.ts"

/** Makes an actor at a free path and runs its `init`. If `init` fails, the returned actor is already stopping. */
export const startActor = <State, Message>(
  host: Host,
  path: string,
  behaviour: Behaviour<State, Message>,
  parent: Cell | undefined
): Actor<State, Message> => {
  const actor = new Actor(host, flat(path), behaviour, parent)
  if (parent !== undefined) parent.adopt(actor)
  host.register(actor)
  actor.initialise()
  return actor
}

export class Actor<State, Message> extends Cell implements Self<State, Message>, Recipient<Message> {
  /** `init` sets it before any handler runs. It is declared without a value because an unknown type has none. */
  declare state: State
  readonly ref: LocalRef<Message>
  readonly behaviour: Behaviour<State, Message>
  /** Undefined while no message waits: most actors are idle. */
  private mailbox: Mailbox<Message> | undefined = undefined

  constructor(host: Host, path: string, behaviour: Behaviour<State, Message>, parent: Cell | undefined) {
    super(host, path, parent)
    this.behaviour = behaviour
    this.ref = new LocalRef(this)
  }

  get system(): ActorSystemApi {
    return this.host.api
  }

  get kind(): string {
    return this.behaviour.name
  }

  get depth(): number {
    return this.mailbox === undefined ? 0 : this.mailbox.depth
  }

  protected get supervision(): Supervision {
    return this.behaviour.supervision
  }

  tell(message: Message): TellResult {
    if (this.ending !== undefined) return "stopped"
    const { behaviour } = this
    const mailbox = this.openMailbox()
    const { onFull } = behaviour
    const key = typeof onFull === "object" ? this.keyOf(message, onFull.coalesceBy) : undefined
    if (key !== undefined && mailbox.replace(key, message)) {
      this.host.counters.coalesced++
      return "coalesced"
    }
    if (mailbox.depth >= behaviour.capacity) return this.overflow()
    if (key === undefined) mailbox.push(new MessageLetter(message))
    else mailbox.pushKeyed(new MessageLetter(message), key)
    if (mailbox.depth > this.host.counters.deepest) this.host.counters.deepest = mailbox.depth
    if (!this.scheduled) this.schedule()
    return "ok"
  }

  private openMailbox(): Mailbox<Message> {
    this.mailbox ??= new Mailbox()
    return this.mailbox
  }

  private overflow(): TellResult {
    const { counters } = this.host
    switch (this.behaviour.onFull) {
      case "drop":
        counters.dropped++
        return "dropped"
      case "stop":
        counters.refused++
        this.beginStop("now", { _tag: "MailboxFull" })
        return "stopped"
      default:
        counters.refused++
        return "full"
    }
  }

  /** `tell` never throws, so if computing the key fails, the message has no key. */
  private keyOf(message: Message, coalesceBy: (message: Message) => unknown): unknown {
    try {
      return coalesceBy(message)
    } catch (error) {
      this.noteFailure("coalesceBy failed", Cause.die(error))
      return undefined
    }
  }

  after(delayMs: number, message: Message): Timer {
    const timer = new ActorTimer<Message>(this.host.timers, this, message)
    this.host.timers.add(timer, delayMs)
    // A stopping actor would never receive a timer that it arms, for example in `onStop`.
    if (!this.takesMessages) timer.cancel()
    return timer
  }

  timerDue(timer: ActorTimer<Message>): void {
    this.openMailbox().push(timer)
    this.schedule()
  }

  spawn<S, M>(name: string, behaviour: Behaviour<S, M>): ActorRef<M> {
    const path = `${this.path}/${name}`
    if (this.ending !== undefined && this.ending.stage !== "messages") throw new ActorStopped({ path: this.path })
    if (this.host.isTaken(path)) throw new PathTaken({ path })
    return startActor(this.host, path, behaviour, this).ref
  }

  watch(ref: ActorRef<never>): void {
    if (ref instanceof LocalRef) this.follow(ref.actor)
  }

  unwatch(ref: ActorRef<never>): void {
    if (ref instanceof LocalRef) this.unfollow(ref.actor)
  }

  stop(detail?: unknown): void {
    this.beginStop("finish", { _tag: "Finished", detail })
  }

  now(): number {
    return this.host.timers.now()
  }

  signal(source: Cell, reason: StopReason): void {
    if (!this.takesMessages) return
    this.openMailbox().push(new SignalLetter<Message>({ _tag: "Stopped", path: source.path, reason }, source))
    this.schedule()
  }

  handleMessage(message: Message): Handled {
    this.handled++
    this.host.counters.messages++
    return this.behaviour.receive(this, message)
  }

  handleSignal(signal: Signal, source: Cell): Handled {
    if (!this.takeEnd(source) || this.behaviour.onSignal === undefined) return
    this.handled++
    this.host.counters.messages++
    return this.behaviour.onSignal(this, signal)
  }

  protected renew(): void {
    this.state = this.behaviour.init(this)
  }

  protected work(): void {
    const { dispatcher } = this.host
    for (let left = dispatcher.quantum; left > 0; left--) {
      const letter = this.mailbox?.take()
      if (letter === undefined) {
        this.mailbox = undefined
        return
      }
      try {
        const result = letter.deliver(this)
        if (result !== undefined && Effect.isEffect(result)) this.perform(result)
      } catch (error) {
        this.fail(Cause.die(error))
      }
      if (dispatcher.spent() || !this.mayGoOn) return
    }
  }

  protected farewell(reason: StopReason): Handled {
    return this.behaviour.onStop?.(this, reason)
  }

  protected empty(): number {
    return this.mailbox?.clear() ?? 0
  }

  get info(): ActorInfo {
    return {
      path: this.path,
      kind: this.kind,
      label: this.label,
      depth: this.depth,
      handled: this.handled,
      restarts: this.faults?.restarts ?? 0,
      lastFailure: this.faults?.last,
      state: this.activity
    }
  }

  private get label(): string {
    const { label } = this.behaviour
    if (label === undefined || this.phase === "starting") return ""
    try {
      return label(this.state)
    } catch (error) {
      this.noteFailure("label failed", Cause.die(error))
      return ""
    }
  }
}

/** An actor as its ref uses it. Callers outside need not know the type of its state. */
interface Addressee<Message> extends Cell {
  readonly tell: (message: Message) => TellResult
}

/** The ref of an actor of this process. */
class LocalRef<Message> implements ActorRef<Message> {
  readonly actor: Addressee<Message>

  constructor(actor: Addressee<Message>) {
    this.actor = actor
  }

  get path(): string {
    return this.actor.path
  }

  get isStopped(): boolean {
    return this.actor.ending !== undefined
  }

  tell(message: Message): TellResult {
    return this.actor.tell(message)
  }

  stop(how: "drain" | "now" = "drain"): void {
    this.actor.beginStop(how, { _tag: "Requested", how })
  }

  ask<A>(
    make: (reply: (answer: A) => void) => Message,
    deadline: Duration.DurationInput
  ): Effect.Effect<A, AskTimeout | ActorStopped | MailboxFull> {
    const { actor } = this
    const { path } = actor
    const deadlineMs = Duration.toMillis(deadline)
    return Effect.async((resume) => {
      const close = () => {
        timer.cancel()
        actor.noLongerOnGone(onGone)
      }
      // Only the first outcome counts: Effect ignores those after it.
      const settle = (outcome: Effect.Effect<A, AskTimeout | ActorStopped | MailboxFull>) => {
        close()
        resume(outcome)
      }
      const onGone = () => settle(Effect.fail(new ActorStopped({ path })))
      const timer = actor.host.api.after(deadlineMs, () => settle(Effect.fail(new AskTimeout({ path, deadlineMs }))))
      const told = actor.tell(make((answer) => settle(Effect.succeed(answer))))
      if (told === "stopped") onGone()
      else if (told === "full" || told === "dropped") settle(Effect.fail(new MailboxFull({ path })))
      else actor.onGone(onGone)
      return Effect.sync(close)
    })
  }
}

/**
 * Copies the string into one piece. V8 stores a path that was concatenated from parts, for example around a random id,
 * as a tree of those parts. The tree takes up to six times the string's size until code reads one of its characters.
 */
const flat = (path: string): string => (path.charCodeAt(0) >= 0 ? path : "")
