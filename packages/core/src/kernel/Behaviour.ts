/**
 * The interfaces for writing an actor: its behaviour, its supervision, its view of itself, and the system around it
 * with its listing of actors.
 */
import { type Cause, Data, Duration, type Effect, type Either } from "effect"
import type { ActorRef } from "./ActorRef.ts"

/**
 * The result of a handler: nothing if it is done, or an Effect. The actor takes its next message only after that Effect
 * has ended.
 */
export type Handled = void | Effect.Effect<void, unknown>

/** Why an actor stopped. `Finished`: it called `self.stop`. `Requested`: other code stopped it. */
export type StopReason =
  | { readonly _tag: "Finished"; readonly detail: unknown }
  | { readonly _tag: "Requested"; readonly how: "drain" | "now" }
  | { readonly _tag: "Failed"; readonly cause: Cause.Cause<unknown> }
  | { readonly _tag: "MailboxFull" }
  | { readonly _tag: "ParentStopped" }
  | { readonly _tag: "Shutdown" }

/** A notice from the kernel: a child, or a watched actor, is gone. It comes after every message of that actor. */
export type Signal = { readonly _tag: "Stopped"; readonly path: string; readonly reason: StopReason }

/** A deferred message. After `cancel` the actor never receives it, even if it already waits in the mailbox. */
export interface Timer {
  readonly cancel: () => void
}

/** A kind of actor. One object serves all actors of the kind; their differences are in their state. */
export interface Behaviour<State, Message> {
  /** Label of the kind in listings and logs: low cardinality. */
  readonly name: string
  /**
   * How many messages may wait, at least 1. Timers and signals count, but the mailbox always takes them: the actor
   * bounds them by the timers it arms and the actors it watches.
   */
  readonly capacity: number
  /**
   * How `tell` handles a message that does not fit into the mailbox: `refuse` it, `drop` it, or `stop` the actor at
   * once. With `coalesceBy` a message always replaces a waiting one with the same key, at that one's position, full or
   * not. A message whose key is undefined or does not wait yet is refused when the mailbox is full.
   */
  readonly onFull: "refuse" | "drop" | "stop" | { readonly coalesceBy: (message: Message) => unknown }
  readonly supervision: Supervision
  /** Returns the state at the start and at each restart. `self.state` is not readable yet. */
  readonly init: (self: Self<State, Message>) => State
  readonly receive: (self: Self<State, Message>, message: Message) => Handled
  /** Runs once, after the children are gone. Does not run at a restart. */
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
   * Puts a message into this actor's own mailbox after `delayMs`, even if it is full. Stopping the actor cancels it,
   * and so does a restart.
   */
  readonly after: (delayMs: number, message: Message) => Timer
  /**
   * Starts a child at `<own path>/<name>`. It stops when its parent stops or restarts, and the parent gets a `Signal`
   * when the child is gone. A child whose `init` fails is returned already stopped. Throws `PathTaken` if the name is
   * in use, also by a former child that is not gone yet.
   */
  readonly spawn: <S, M>(name: string, behaviour: Behaviour<S, M>) => ActorRef<M>
  /** Requests one `Signal` for when that actor is gone; the signal comes at once if it already is. */
  readonly watch: (ref: ActorRef<never>) => void
  readonly unwatch: (ref: ActorRef<never>) => void
  /**
   * Ends this actor after the current message (and its Effect) and discards the waiting messages. `detail` goes into
   * the reason.
   */
  readonly stop: (detail?: unknown) => void
  /** How many messages wait behind the current one. Zero means that stopping now loses nothing. */
  readonly depth: number
  /** Milliseconds by the system's Clock; on a live clock they never decrease. */
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
   * Starts an actor without a parent. Never throws. `init` runs before this returns; the messages are handled in later
   * turns.
   */
  readonly spawn: <State, Message>(
    path: string,
    behaviour: Behaviour<State, Message>
  ) => Either.Either<ActorRef<Message>, PathTaken | InitFailed | SystemStopped>
  /** The actor at that path, even while it stops. The caller must know the path's message type: paths are not typed. */
  readonly find: <Message = never>(path: string) => ActorRef<Message> | undefined
  readonly list: (filter?: ActorFilter) => ReadonlyArray<ActorInfo>
  /**
   * Lists the actors that lead by `by`, the first first, and counts all that fit. Yields to others on its way, so it
   * also suits a system of many thousand actors. Ties are in the order of spawning.
   */
  readonly top: (filter: ActorFilter, by: ActorOrder) => Effect.Effect<TopActors>
  /** Stops the actor at that path, if any (default `drain`), and waits until it is gone and its path is free. */
  readonly stop: (path: string, how?: "drain" | "now") => Effect.Effect<void>
  /** Actors that live or are stopping. */
  readonly count: number
  readonly counters: Readonly<ActorCounters>
  /** Returns the largest depth of a mailbox since the last call. */
  readonly takeDeepest: () => number
  /** Timers that may still fall due, including those of pending asks and of stopping actors. */
  readonly armedTimers: number
  /** Runs a plain function on the dispatcher after `delayMs`. Its exceptions are logged and counted. */
  readonly after: (delayMs: number, run: () => void) => Timer
  /** Milliseconds by the system's Clock, as `Self.now`. */
  readonly now: () => number
  /** Waits until no actor has a message that it could handle. It does not wait for an actor whose Effect is running. */
  readonly settled: Effect.Effect<void>
}

/**
 * How the kernel reacts to a failed handler.
 *
 * - `Resume`: drop the message, keep the state.
 * - `Restart`: fresh state by `init`, same mailbox; at most `times` restarts in any `withinMs`, the next failure stops
 *   the actor.
 * - `Stop`: the first failure stops the actor.
 *
 * In every case the kernel logs a failure as an Error with its cause, counts it, and lists it as `lastFailure`.
 */
export type Supervision =
  | { readonly _tag: "Resume" }
  | { readonly _tag: "Restart"; readonly times: number; readonly withinMs: number }
  | { readonly _tag: "Stop" }

/** Drops the failed message, keeps the state, goes on. */
export const resume: Supervision = { _tag: "Resume" }

/** Restarts with fresh state, at most `times` in a window of `within`; then stops and signals the parent. */
export const restart = (options: {
  readonly times: number
  readonly within: Duration.DurationInput
  /** Only makes the rule explicit; there is no other choice. Optional: linters take any `then` for a promise's. */
  readonly then?: "stop"
}): Supervision => ({ _tag: "Restart", times: options.times, withinMs: Duration.toMillis(options.within) })

/** Stops at the first failure and signals the parent. */
export const stop: Supervision = { _tag: "Stop" }

/**
 * Returns the restarts of the window that ends at `nowMs`, this one included; undefined if this one exceeds the limit.
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
 * One row of the listing. `state`: `idle` is only plain data, `ready` waits for its turn, `running` waits for its own
 * Effect.
 */
export interface ActorInfo {
  readonly path: string
  /** The behaviour's name. */
  readonly kind: string
  /** The behaviour's own word for its state; empty if it has none. */
  readonly label: string
  /** Waiting messages. */
  readonly depth: number
  /** Messages and signals handled since the actor was spawned. */
  readonly handled: number
  readonly restarts: number
  /** `error` is the error's name, without what it says. */
  readonly lastFailure: { readonly atMs: number; readonly error: string } | undefined
  readonly state: "idle" | "ready" | "running" | "stopping"
}

/** Which rows to list; `limit` is 100 when left out. */
export interface ActorFilter {
  readonly prefix?: string
  readonly kind?: string
  readonly state?: ActorInfo["state"]
  readonly limit?: number
}

/** `depth`: most waiting messages. `handled` and `restarts`: most of those. `failed`: failed last. */
export type ActorOrder = "depth" | "handled" | "restarts" | "failed"

export interface TopActors {
  /** All actors that fit the filter. */
  readonly total: number
  readonly rows: ReadonlyArray<ActorInfo>
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
  /** The largest depth of a mailbox since `takeDeepest`. */
  deepest: number
}
