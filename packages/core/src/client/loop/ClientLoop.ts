/**
 * The client's loop: one turn takes all waiting inputs, does what is due, stores the changes, sends, and calls
 * listeners. Bound: `inboxMax` waiting inputs; if a socket brings more, the client leaves it and reads the rest from
 * the log.
 */
import { type Cause, Effect, type Scope } from "effect"
import type { ConversationId } from "../../domain/Ids.ts"
import type { WithTimeout } from "../../fibers/Time.ts"
import { type ClientFrame, encodeClientFrame } from "../../protocol/ClientFrame.ts"
import { decodeServerFrame } from "../../protocol/ServerFrame.ts"
import { type ClientTime, earliest } from "../connection/ClientTime.ts"
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionStatus,
  connectionStatus,
  connectionTimes
} from "../connection/ConnectionMachine.ts"
import type { ClientSocket, SocketFactory } from "../connection/SocketFactory.ts"
import type { TicketSource } from "../connection/TicketSource.ts"
import type { OutboxRow } from "../outbox/OutboxRow.ts"
import type { ClientCore } from "./ClientCore.ts"
import type { ClientFetches } from "./ClientFetches.ts"
import { ClientInbox, ClientRest, type Left } from "./ClientInbox.ts"
import type { ClientKeeping } from "./ClientKeeping.ts"

const inboxMax = 10_000
/** The longest wait for a first snapshot; after it the socket opens without one. */
const snapshotFirstMs = 5_000

const nothing: ReadonlySet<ConversationId> = new Set()

/** The parts that may look different since the last call of a listener. */
export interface ClientChange {
  readonly status: boolean
  /** The conversation list, the user's own profile, the blocked users, or the devices. */
  readonly conversations: boolean
  /** Conversations whose feed or outbox changed. */
  readonly feeds: ReadonlySet<ConversationId>
  /** Somebody's presence. */
  readonly presence: boolean
  /** Conversations whose typing or marks changed. */
  readonly hints: ReadonlySet<ConversationId>
  /**
   * Posts that the user withdrew but that stay: their author has left the conversation, and they were stored long ago.
   * Reported once; their rows are gone.
   */
  readonly stayed: ReadonlyArray<OutboxRow>
}

export interface ClientParts {
  readonly core: ClientCore
  readonly keeping: ClientKeeping
  readonly sockets: SocketFactory["Type"]
  readonly tickets: TicketSource["Type"]
  readonly scope: Scope.Scope
  readonly time: ClientTime
  readonly within: WithTimeout
  readonly listeners: ReadonlySet<(change: ClientChange) => void>
  readonly fetches: () => ClientFetches
}

export class ClientLoop {
  readonly #parts: ClientParts
  readonly #inbox = new ClientInbox()
  readonly #rest: ClientRest
  #socket: { readonly attempt: number; readonly socket: ClientSocket } | undefined
  /** The deadline for the first snapshot. */
  #startBy: number | undefined
  /** Effects to run in this turn, after the inputs that caused them. */
  #effects: Array<Effect.Effect<unknown>> = []
  #shownStatus = "offline"
  /** Started, and not stopped on purpose since. */
  #isOn = false
  /** Called when this turn, which stores everything, is done. */
  readonly #leaving: Array<() => void> = []
  /** Called at the end at the latest: the callbacks of all pending `stop` calls. */
  readonly #stopping = new Set<() => void>()
  /** No turn runs any longer. */
  #isOver = false
  readonly #outboxShown: Array<ConversationId> = []

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.#rest = new ClientRest(parts.time, parts.scope)
  }

  get status(): ConnectionStatus {
    if (this.#isStarting) return { _tag: "connecting" }
    const status = connectionStatus(this.#parts.core.connection)
    return status._tag === "waiting" ? { ...status, until: this.#parts.time.onWall(status.until) } : status
  }

  wake(): void {
    this.#rest.wake()
  }

  handOver(apply: (now: number) => void): void {
    this.#leave(apply)
  }

  input(input: ConnectionInput): void {
    this.#leave((now, chance) => this.#step(input, now, chance))
  }

  /** Calls the listeners at once: a turn may be waiting for a store. */
  outboxChanged(conversationId: ConversationId): void {
    const { core, listeners } = this.#parts
    core.changed([conversationId])
    core.outbox.isShown(conversationId)
    this.wake()
    const change = {
      status: false,
      conversations: false,
      feeds: new Set([conversationId]),
      presence: false,
      hints: nothing,
      stayed: []
    }
    for (const listener of listeners) listener(change)
  }

  start(): void {
    this.#leave((now) => {
      const { core, fetches } = this.#parts
      if (this.#startBy !== undefined) return
      this.#isOn = true
      this.#startBy = core.logs.personal?.isKnown === true ? now : now + snapshotFirstMs
      if (core.logs.personal?.isKnown !== true) fetches().wantSnapshot()
    })
  }

  /** Completes when the client has closed the socket and stored all changes. */
  get stop(): Effect.Effect<void> {
    return Effect.async((resume) => {
      const done = () => {
        this.#stopping.delete(done)
        resume(Effect.void)
      }
      if (this.#isOver) return done()
      this.#stopping.add(done)
      this.#leave((now, chance) => {
        this.#startBy = undefined
        this.#isOn = false
        this.#goodbye()
        this.#step({ _tag: "leave" }, now, chance)
        this.#leaving.push(done)
      })
    })
  }

  /** Called at the end of the scope, when no turn runs any longer. Completes each pending and later `stop`. */
  get hangUp(): Effect.Effect<void> {
    const lastWords = Effect.suspend(() => {
      this.#goodbye()
      this.#socket?.socket.close(1000)
      this.#socket = undefined
      const { keeping } = this.#parts
      const outbox = keeping.keepOutbox(this.#now())
      const logs = keeping.keepLogs(this.#now(), true)
      const reads = keeping.keepReads(this.#now(), true)
      return Effect.zipRight(
        outbox.kept ?? Effect.void,
        Effect.zipRight(logs.kept ?? Effect.void, reads ?? Effect.void)
      )
    })
    const end = Effect.sync(() => {
      this.#isOver = true
      for (const done of this.#stopping) done()
    })
    return Effect.ensuring(lastWords, end)
  }

  /**
   * Runs one turn after another, for ever; `failed` handles a turn that dies. Plain operations: most turns find little,
   * and there are many.
   */
  turns(
    chance: Effect.Effect<number>,
    failed: (cause: Cause.Cause<never>) => Effect.Effect<void>
  ): Effect.Effect<never> {
    const turn = Effect.flatMap(chance, (drawn) => Effect.gen(() => this.#turn(drawn)))
    const next: Effect.Effect<never> = this.#rested.pipe(
      Effect.zipRight(turn),
      Effect.catchAllCause(failed),
      Effect.flatMap(() => next)
    )
    return next
  }

  // A method, created once: a new generator function for each turn would cost more than most turns.
  *#turn(chance: number): Effect.fn.Return<void> {
    this.#rest.begin()
    const now = this.#now()
    this.#inbox.takeIn(now, chance)
    const { core, fetches, keeping } = this.#parts
    this.#beginWhenReady(now, chance)
    this.#step({ _tag: "timer" }, now, chance)
    const read = keeping.readKept()
    if (read !== undefined) {
      yield* read
      if (core.logs.kept.isWanted) this.wake()
    }
    const started = this.#isOn ? fetches().pump(now) : undefined
    if (started !== undefined) yield* started
    const frames = core.due(now)
    const outbox = keeping.keepOutbox(now)
    if (outbox.kept !== undefined) yield* outbox.kept
    this.#outboxShown.push(...outbox.conversations)
    this.#send(frames)
    const logs = keeping.keepLogs(now, this.#leaving.length > 0)
    if (logs.kept !== undefined) yield* logs.kept
    this.#send(logs.acknowledge)
    const reads = keeping.keepReads(now, this.#leaving.length > 0)
    if (reads !== undefined) yield* reads
    for (const effect of this.#effects.splice(0)) yield* effect
    for (const done of this.#leaving.splice(0)) done()
    this.#tell()
  }

  get #isStarting(): boolean {
    return this.#startBy !== undefined
  }

  #now(): number {
    return this.#parts.time.now()
  }

  #leave(act: Left): void {
    this.#inbox.leave(act)
    this.wake()
  }

  /** Completes when an input waits here or something is due. */
  readonly #rested: Effect.Effect<void> = Effect.suspend(() => {
    const { core, fetches, keeping } = this.#parts
    // A turn that died left these.
    if (this.#inbox.size > 0) this.wake()
    const at = earliest(core.nextAt(), keeping.nextAt(), this.#isOn ? fetches().nextAt() : undefined, this.#startBy)
    return this.#rest.until(at, this.#now())
  })

  #beginWhenReady(now: number, chance: number): void {
    if (this.#startBy === undefined) return
    const { core, fetches } = this.#parts
    if (core.logs.personal?.isKnown !== true && fetches().snapshotTries === 0 && now < this.#startBy) return
    this.#startBy = undefined
    this.#step({ _tag: "start" }, now, chance)
  }

  #step(input: ConnectionInput, now: number, chance: number): void {
    const { core, fetches } = this.#parts
    const { welcomes } = core.seen
    for (const effect of core.step(input, now, chance)) this.#carryOut(effect)
    if (core.seen.welcomes > welcomes) fetches().hasten()
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect._tag) {
      case "fetchTicket":
        this.#effects.push(this.#fetchTicket(effect.attempt))
        break
      case "open":
        this.#open(effect.attempt)
        break
      case "hello":
        this.#send(this.#parts.core.hello(effect.ticket))
        break
      case "ping":
        this.#send([{ op: "ping" }])
        break
      case "close":
        if (this.#socket?.attempt === effect.attempt) {
          this.#socket.socket.close(effect.code)
          this.#socket = undefined
        }
        break
    }
  }

  #open(attempt: number): void {
    const socket = this.#parts.sockets.open({
      onOpen: () => this.input({ _tag: "opened", attempt }),
      onMessage: (text) => {
        if (this.#socket?.attempt !== attempt) return
        if (this.#inbox.size >= inboxMax) {
          socket.close(1000)
          this.#socket = undefined
          this.input({ _tag: "closed", attempt, code: 1006 })
        } else
          this.#leave((now, chance) =>
            this.#step({ _tag: "frame", attempt, frame: decodeServerFrame(text) }, now, chance)
          )
      },
      onClose: (code) => {
        if (this.#socket?.attempt === attempt) this.#socket = undefined
        this.input({ _tag: "closed", attempt, code })
      }
    })
    this.#socket = { attempt, socket }
  }

  #fetchTicket(attempt: number): Effect.Effect<void> {
    return this.#parts.tickets.fetch.pipe(
      this.#parts.within(connectionTimes.ticketMs, () => ({ _tag: "TicketUnavailable", cause: "late" }) as const),
      Effect.matchCauseEffect({
        onSuccess: (ticket) => Effect.sync(() => this.input({ _tag: "ticket", attempt, ticket })),
        onFailure: (cause) => {
          const failure = cause._tag === "Fail" ? cause.error : undefined
          const retryAfterMs = failure !== undefined && "retryAfterMs" in failure ? (failure.retryAfterMs ?? 0) : 0
          this.input({ _tag: "noTicket", attempt, signedOut: failure?._tag === "SignedOut", retryAfterMs })
          return Effect.logDebug("No ticket", cause)
        }
      }),
      Effect.forkIn(this.#parts.scope),
      Effect.asVoid
    )
  }

  #send(frames: ReadonlyArray<ClientFrame>): void {
    for (const frame of frames) this.#socket?.socket.send(encodeClientFrame(frame))
  }

  #goodbye(): void {
    this.#send(this.#parts.core.farewell(this.#now()))
  }

  #tell(): void {
    const { core, listeners } = this.#parts
    const { feeds, list } = core.logs.takeChanged()
    core.changed(feeds)
    const shown = JSON.stringify(this.#isStarting ? "starting" : this.status)
    const status = shown !== this.#shownStatus
    this.#shownStatus = shown
    const changed = new Set([...feeds, ...this.#outboxShown.splice(0)])
    const { hints, presence } = core.hints.takeChanged()
    const stayed = core.takeStayed()
    if (!status && !list && !presence && changed.size + hints.size + stayed.length === 0) return
    for (const listener of listeners) listener({ status, conversations: list, feeds: changed, presence, hints, stayed })
  }
}
