/** What an actor is written against: its behaviour, what it sees of itself, and the system around it. */
import { type Cause, Data, type Effect, type Either } from "effect"
import type { ActorCounters, ActorFilter, ActorInfo } from "./ActorInfo.ts"
import type { ActorRef } from "./ActorRef.ts"
import type { Supervision } from "./Supervision.ts"

/**
 * What a handler gives back: nothing when it is done, or an Effect that is run to its end before the actor takes its
 * next message.
 */
export type Handled = void | Effect.Effect<void, unknown>

/** Why an actor stopped. `Finished` is its own wish (`self.stop`), `Requested` somebody else's. */
export type StopReason =
  | { readonly _tag: "Finished"; readonly detail: unknown }
  | { readonly _tag: "Requested"; readonly how: "drain" | "now" }
  | { readonly _tag: "Failed"; readonly cause: Cause.Cause<unknown> }
  | { readonly _tag: "MailboxFull" }
  | { readonly _tag: "ParentStopped" }
  | { readonly _tag: "Shutdown" }

/**
 * What the kernel tells a behaviour: a child of its own, or an actor it watches, is gone. It comes after every message
 * of that actor.
 */
export type Signal = { readonly _tag: "Stopped"; readonly path: string; readonly reason: StopReason }

/**
 * A message that was put off. Once `cancel` was called it is never received, even when it already waits in the mailbox.
 */
export interface Timer {
  readonly cancel: () => void
}

/** A kind of actor. One object serves all actors of the kind; what differs between them is in their state. */
export interface Behaviour<State, Message> {
  /** Label of the kind in listings and logs: low cardinality. */
  readonly name: string
  /**
   * The most that may wait, at least 1. Timers and signals count but are always taken: what the actor armed and watches
   * bounds them.
   */
  readonly capacity: number
  /**
   * What `tell` does with a message the mailbox has no room for: `refuse` it, `drop` it, or `stop` the actor at once.
   * With `coalesceBy` a message always takes the place of a waiting one of the same key, at that one's position, full
   * or not; a message whose key is undefined or not waiting is refused when full.
   */
  readonly onFull: "refuse" | "drop" | "stop" | { readonly coalesceBy: (message: Message) => unknown }
  readonly supervision: Supervision
  /** The state at the start and at each restart. `self.state` is not readable yet. */
  readonly init: (self: Self<State, Message>) => State
  readonly receive: (self: Self<State, Message>, message: Message) => Handled
  /** Runs once, after the children are gone. Not at a restart. */
  readonly onStop?: (self: Self<State, Message>, reason: StopReason) => Handled
  readonly onSignal?: (self: Self<State, Message>, signal: Signal) => Handled
  /** The state in a word or two, for listings. */
  readonly label?: (state: State) => string
}

/** An actor as its own behaviour sees it. Valid inside the handlers and the Effects they return. */
export interface Self<State, Message> {
  state: State
  readonly ref: ActorRef<Message>
  readonly system: ActorSystemApi
  /**
   * Puts a message into this actor's own mailbox after `delayMs`, full or not. Dies with the actor, and with its state
   * at a restart.
   */
  readonly after: (delayMs: number, message: Message) => Timer
  /**
   * Starts a child at `<own path>/<name>`. It stops with its parent and at its parent's restart, and its end is told as
   * a `Signal`. A child whose `init` fails comes back stopped. Throws `PathTaken` when the name is in use, also by a
   * former child that is not gone yet.
   */
  readonly spawn: <S, M>(name: string, behaviour: Behaviour<S, M>) => ActorRef<M>
  /** Asks for one `Signal` when that actor is gone, at once when it already is. */
  readonly watch: (ref: ActorRef<never>) => void
  readonly unwatch: (ref: ActorRef<never>) => void
  /**
   * Ends this actor after the message (and its Effect) in hand; what waits is thrown away. `detail` goes into the
   * reason.
   */
  readonly stop: (detail?: unknown) => void
  /** How much waits in this actor's mailbox behind the message in hand: zero means that an end now loses nothing. */
  readonly depth: number
  /** Milliseconds by the system's Clock; on a live clock they never go back. */
  readonly now: () => number
}

/** The path belongs to an actor that lives or is still stopping. */
export class PathTaken extends Data.TaggedError("PathTaken")<{ readonly path: string }> {}

/** `init` threw; the actor never took a message. */
export class InitFailed extends Data.TaggedError("InitFailed")<{ readonly path: string; readonly cause: unknown }> {}

/** The system is shutting down. */
export class SystemStopped extends Data.TaggedError("SystemStopped")<{ readonly path: string }> {}

export interface ActorSystemApi {
  /**
   * Starts an actor without a parent. Throws nothing; its `init` runs before this returns, its messages in later turns.
   */
  readonly spawn: <State, Message>(
    path: string,
    behaviour: Behaviour<State, Message>
  ) => Either.Either<ActorRef<Message>, PathTaken | InitFailed | SystemStopped>
  /**
   * The actor at that path, also while it stops. The path's message type is the caller's promise: paths are not typed.
   */
  readonly find: <Message = never>(path: string) => ActorRef<Message> | undefined
  readonly list: (filter?: ActorFilter) => ReadonlyArray<ActorInfo>
  /** Stops the actor at that path, if any (`drain` when left out), and waits until it is gone and its path is free. */
  readonly stop: (path: string, how?: "drain" | "now") => Effect.Effect<void>
  /** Actors that live or are stopping. */
  readonly count: number
  readonly counters: Readonly<ActorCounters>
  /** Timers that may still fall due, those of pending asks and of stopping actors included. */
  readonly armedTimers: number
  /** Runs a plain function on the dispatcher after `delayMs`. What it throws is logged and counted. */
  readonly after: (delayMs: number, run: () => void) => Timer
  /** Milliseconds by the system's Clock, as `Self.now`. */
  readonly now: () => number
  /** Waits until no actor has a message it could handle. An actor in the middle of an Effect is not waited for. */
  readonly settled: Effect.Effect<void>
}
