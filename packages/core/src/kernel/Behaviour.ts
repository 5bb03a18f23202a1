/**
 * What an actor is written against: its behaviour, its supervision, what it sees of itself, and the system around it
 * with its listing of actors.
 */
import { type Cause, Data, Duration, type Effect, type Either } from "effect"
import type { ActorRef } from "./ActorRef.ts"

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

/**
 * What becomes of an actor whose handler failed.
 *
 * - `Resume`: the message is dropped, the state is kept.
 * - `Restart`: fresh state by `init`, the mailbox is kept; at most `times` restarts in any `withinMs`, the next failure
 * stops the actor.
 * - `Stop`: the first failure stops the actor.
 *
 * Whatever is chosen, a failure is logged as an Error with its cause, counted, and shown as `lastFailure` in the
 * listing.
 */
export type Supervision =
  | { readonly _tag: "Resume" }
  | { readonly _tag: "Restart"; readonly times: number; readonly withinMs: number }
  | { readonly _tag: "Stop" }

/** Drop the message that failed, keep the state, go on. */
export const resume: Supervision = { _tag: "Resume" }

/** Start again with fresh state, at most `times` in a window of `within`; then stop and tell the parent. */
export const restart = (options: {
  readonly times: number
  readonly within: Duration.DurationInput
  /** Says it aloud; nothing else can follow. Optional: linters take any `then` for a promise's. */
  readonly then?: "stop"
}): Supervision => ({ _tag: "Restart", times: options.times, withinMs: Duration.toMillis(options.within) })

/** Stop at the first failure and tell the parent. */
export const stop: Supervision = { _tag: "Stop" }

/**
 * The restarts of the window that ends at `nowMs`, this one included; undefined when this one would be one too many.
 * `earlier` holds the times of former restarts, oldest first, in milliseconds.
 */
export const admitRestart = (
  policy: { readonly times: number; readonly withinMs: number },
  earlier: ReadonlyArray<number>,
  nowMs: number
): ReadonlyArray<number> | undefined => {
  const recent = earlier.filter((at) => nowMs - at < policy.withinMs)
  return recent.length < policy.times ? [...recent, nowMs] : undefined
}

/**
 * One row of the listing. `state`: `idle` plain data, `ready` waiting for its turn, `running` waiting for its own
 * Effect.
 */
export interface ActorInfo {
  readonly path: string
  /** The behaviour's name. */
  readonly kind: string
  /** The behaviour's own word for its state, empty when it has none. */
  readonly label: string
  /** Messages that wait. */
  readonly depth: number
  /** Messages and signals handled since the actor was spawned. */
  readonly handled: number
  readonly restarts: number
  readonly lastFailure: { readonly atMs: number; readonly message: string } | undefined
  readonly state: "idle" | "ready" | "running" | "stopping"
}

/** Which rows to list; `limit` is 100 when left out. */
export interface ActorFilter {
  readonly prefix?: string
  readonly kind?: string
  readonly state?: ActorInfo["state"]
  readonly limit?: number
}

/** Totals since the system started. They only grow. */
export interface ActorCounters {
  turns: number
  /** Messages and signals handed to a behaviour. */
  messages: number
  failures: number
  restarts: number
  spawned: number
  /** Actors that are gone. */
  stopped: number
  refused: number
  dropped: number
  coalesced: number
  /** Messages that still waited when their actor was cut. */
  discarded: number
}
