/** The home of all actors of a process: one registry, one dispatcher, one heap of timers. */
import {
  Cause,
  type Clock,
  Context,
  Duration,
  Effect,
  Either,
  type Fiber,
  FiberRef,
  Layer,
  Runtime,
  RuntimeFlags,
  Scheduler
} from "effect"
import { type Actor, startActor } from "./Actor.ts"
import type { ActorRef } from "./ActorRef.ts"
import {
  type ActorCounters,
  type ActorFilter,
  type ActorInfo,
  type ActorOrder,
  type ActorSystemApi,
  type Behaviour,
  InitFailed,
  PathTaken,
  SystemStopped,
  type Timer,
  type TopActors
} from "./Behaviour.ts"
import type { Cell, Host } from "./Cell.ts"
import { Dispatcher, eventLoopScheduler } from "./Dispatcher.ts"
import { insertLeader, type Leader } from "./insertLeader.ts"
import { CallbackTimer, Timers } from "./Timers.ts"

export interface KernelOptions {
  /** How many messages one actor may handle before the next one has its share of a turn: 64. */
  readonly quantum?: number
  /** How many rounds a turn makes through the ready actors before it yields to the event loop: 8. */
  readonly rounds?: number
  /** The turn stops after this time, wherever it is: 5 ms. */
  readonly turn?: Duration.DurationInput
  /**
   * How long a stopping actor may drain its mailbox: 5 s. Zero cuts at once, which suits tests on a clock that stands
   * still.
   */
  readonly drain?: Duration.DurationInput
  /** How long an interrupted Effect, or the Effect of `onStop`, may run on before the system abandons it: 5 s. */
  readonly cut?: Duration.DurationInput
}

/**
 * The clock, loggers and everything else that lives in fibers come from the fiber that builds the layer. So does the
 * scheduler if it is not Effect's default: a simulation with a seeded scheduler drives the dispatcher, too.
 */
const make = (options: KernelOptions) =>
  Effect.gen(function* () {
    // The layer may be built in an uninterruptible region; the system must still be able to interrupt its actors.
    const runtime = Runtime.enableRuntimeFlag(yield* Effect.runtime<never>(), RuntimeFlags.Interruption)
    const ambient = yield* FiberRef.get(FiberRef.currentScheduler)
    const isDefault = ambient === Scheduler.defaultScheduler
    const handlers = Runtime.setFiberRef(runtime, FiberRef.currentScheduler, isDefault ? handlerScheduler : ambient)
    const kernel = new Kernel(options, handlers, yield* Effect.clock)
    yield* kernel.dispatcher.run.pipe(
      Effect.withScheduler(isDefault ? eventLoopScheduler : ambient),
      Effect.interruptible,
      Effect.forkScoped
    )
    // Added after the dispatcher, so it runs before the dispatcher ends: stopping actors still need it.
    yield* Effect.addFinalizer(() => kernel.shutdown)
    const api: ActorSystemApi = kernel
    return api
  })

export class ActorSystem extends Context.Tag("@hibiki/core/kernel/ActorSystem")<ActorSystem, ActorSystemApi>() {
  static readonly layerWith = (options: KernelOptions): Layer.Layer<ActorSystem> => Layer.scoped(this, make(options))
  /** Stops all actors when its scope closes: drains them, then cuts those that take too long. */
  static readonly layer: Layer.Layer<ActorSystem> = ActorSystem.layerWith({})
}

const listLimit = 100
/** Actors that `top` visits in one turn: some tenths of a millisecond. */
const sliceSize = 2_048

const fits = (cell: Cell, { kind, prefix = "", state }: ActorFilter): boolean =>
  cell.path.startsWith(prefix) && (kind ?? cell.kind) === cell.kind && (state ?? cell.activity) === cell.activity

const rankOf = (cell: Cell, by: ActorOrder): number => {
  switch (by) {
    case "depth":
      return cell.depth
    case "handled":
      return cell.handled
    case "restarts":
      return cell.faults?.restarts ?? 0
    case "failed":
      return cell.faults?.last?.atMs ?? 0
  }
}

/** The most log lines about failures of one kind of actor in this period. */
const linesMax = 20
const linesEveryMs = 10_000

/** The system itself: the registry of all actors, and the parts that they share. */
class Kernel implements Host, ActorSystemApi {
  readonly dispatcher: Dispatcher
  readonly timers: Timers
  readonly counters: ActorCounters = {
    turns: 0,
    messages: 0,
    failures: 0,
    restarts: 0,
    spawned: 0,
    stopped: 0,
    refused: 0,
    dropped: 0,
    coalesced: 0,
    discarded: 0,
    deepest: 0
  }
  readonly drainMs: number
  readonly cutMs: number
  readonly settled: Effect.Effect<void>
  readonly start: (effect: Effect.Effect<void, unknown>) => Fiber.RuntimeFiber<void, unknown>
  private readonly cells = new Map<string, Cell>()
  private onEmpty: (() => void) | undefined = undefined
  private closing = false
  /** Logged failure lines by kind of actor, since then. */
  private readonly lines = new Map<string, number>()
  private linesSinceMs = 0

  /** Runs handlers' Effects on `runtime` and timers on `clock`. Nothing happens until `dispatcher.run` runs. */
  constructor(options: KernelOptions, runtime: Runtime.Runtime<never>, clock: Clock.Clock) {
    this.start = Runtime.runFork(runtime)
    this.drainMs = Duration.toMillis(options.drain ?? "5 seconds")
    this.cutMs = Duration.toMillis(options.cut ?? "5 seconds")
    this.timers = new Timers(clock, Runtime.runFork(runtime), () => this.dispatcher.wake())
    const limits = {
      quantum: options.quantum ?? 64,
      rounds: options.rounds ?? 8,
      turnMs: Duration.toMillis(options.turn ?? "5 millis")
    }
    this.dispatcher = new Dispatcher(limits, this.timers, this.counters, (cause) =>
      this.log("Dispatcher failed", cause, {})
    )
    this.settled = this.dispatcher.quiet
  }

  get api(): ActorSystemApi {
    return this
  }

  takeDeepest(): number {
    const { deepest } = this.counters
    this.counters.deepest = 0
    return deepest
  }

  get count(): number {
    return this.cells.size
  }

  get armedTimers(): number {
    return this.timers.armed
  }

  now(): number {
    return this.timers.now()
  }

  spawn<State, Message>(
    path: string,
    behaviour: Behaviour<State, Message>
  ): Either.Either<ActorRef<Message>, PathTaken | InitFailed | SystemStopped> {
    if (this.closing) return Either.left(new SystemStopped({ path }))
    if (this.cells.has(path)) return Either.left(new PathTaken({ path }))
    const actor: Actor<State, Message> = startActor(this, path, behaviour, undefined)
    const reason = actor.phase === "starting" ? actor.ending?.reason : undefined
    if (reason?._tag === "Failed") return Either.left(new InitFailed({ path, cause: Cause.squash(reason.cause) }))
    return Either.right(actor.ref)
  }

  find<Message = never>(path: string): ActorRef<Message> | undefined {
    // The one cast of the kernel: a path does not carry the type of its actor's messages, so the caller must know it.
    return this.cells.get(path)?.ref as ActorRef<Message> | undefined
  }

  list(filter: ActorFilter = {}): ReadonlyArray<ActorInfo> {
    const { limit = listLimit } = filter
    const rows: Array<ActorInfo> = []
    for (const cell of this.cells.values()) {
      if (rows.length >= limit) break
      if (fits(cell, filter)) rows.push(cell.info)
    }
    return rows
  }

  top(filter: ActorFilter, by: ActorOrder): Effect.Effect<TopActors> {
    return Effect.gen(this, function* () {
      const leaders: Array<Leader<Cell>> = []
      let total = 0
      let visited = 0
      for (const cell of this.cells.values()) {
        if (++visited % sliceSize === 0) yield* Effect.yieldNow()
        if (!fits(cell, filter)) continue
        total++
        insertLeader(leaders, { item: cell, rank: rankOf(cell, by) }, filter.limit ?? listLimit)
      }
      return { total, rows: leaders.map(({ item }) => item.info) }
    })
  }

  stop(path: string, how: "drain" | "now" = "drain"): Effect.Effect<void> {
    return Effect.async((resume) => {
      const cell = this.cells.get(path)
      if (cell === undefined) return resume(Effect.void)
      const gone = () => resume(Effect.void)
      cell.onGone(gone)
      cell.beginStop(how, { _tag: "Requested", how })
      return Effect.sync(() => cell.noLongerOnGone(gone))
    })
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = new CallbackTimer(this.timers, () => {
      try {
        run()
      } catch (error) {
        this.counters.failures++
        this.log("Timer failed", Cause.die(error), {})
      }
    })
    this.timers.add(timer, delayMs)
    return timer
  }

  /**
   * Refuses new actors, drains all living ones, cuts those that take longer than the drain deadline, and ends the
   * timers.
   */
  readonly shutdown: Effect.Effect<void> = Effect.async<void>((resume) => {
    this.closing = true
    if (this.cells.size === 0) return resume(Effect.void)
    this.onEmpty = () => resume(Effect.void)
    this.stopAll(this.drainMs > 0 ? "drain" : "now")
    if (this.drainMs > 0) this.after(this.drainMs, () => this.stopAll("now"))
  }).pipe(Effect.ensuring(Effect.sync(() => this.timers.close())))

  private stopAll(how: "drain" | "now"): void {
    // Parents stop their children, after they have sent them their last messages.
    for (const cell of this.cells.values()) if (cell.parent === undefined) cell.beginStop(how, { _tag: "Shutdown" })
  }

  isTaken(path: string): boolean {
    return this.cells.has(path)
  }

  register(cell: Cell): void {
    this.cells.set(cell.path, cell)
    this.counters.spawned++
  }

  forget(cell: Cell): void {
    this.cells.delete(cell.path)
    if (this.cells.size === 0) this.onEmpty?.()
  }

  report(cell: Cell, what: string, cause: Cause.Cause<unknown>): void {
    this.counters.failures++
    const left = this.linesLeft(cell.kind)
    if (left > 0)
      this.log(left > 1 ? what : `${what}; further ones of this kind are only counted for a while`, cause, {
        actor: cell.path,
        kind: cell.kind
      })
  }

  /**
   * How many failures of this kind may still be logged, the next one included. A thousand actors that fail alike then
   * can't flood the log.
   */
  private linesLeft(kind: string): number {
    const now = this.now()
    if (now - this.linesSinceMs >= linesEveryMs) {
      this.linesSinceMs = now
      this.lines.clear()
    }
    const logged = this.lines.get(kind) ?? 0
    this.lines.set(kind, logged + 1)
    return linesMax - logged
  }

  private log(what: string, cause: Cause.Cause<unknown>, annotations: Readonly<Record<string, string>>): void {
    this.start(Effect.logError(what, cause).pipe(Effect.annotateLogs(annotations)))
  }
}

/**
 * The scheduler of handlers' Effects: Effect's default one, with one queue for all of them. By default Effect finds a
 * queue for each fiber in a weak map. That doubles the cost of a short-lived fiber that suspends once.
 */
const handlerScheduler: Scheduler.Scheduler = Scheduler.make((task, priority) =>
  // Without the fiber as third argument, Effect adds the task to the shared queue of all tasks without a fiber.
  Scheduler.defaultScheduler.scheduleTask(task, priority)
)
