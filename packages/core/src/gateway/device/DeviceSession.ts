/**
 * One socket's sending side: its position in each log, its pending answers, and its outbox. The fan-out and the
 * device's actor write it in the same turn, so that checking "is it live here" and sending can't be separated.
 */
import type { LogEvent } from "../../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, InstanceId, UserId } from "../../domain/Ids.ts"
import type { DeviceKind } from "../../domain/Presence.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { type ActorRef, tellOrStop } from "../../kernel/ActorRef.ts"
import type { Membership } from "../../ports/Conversations.ts"
import type { Answer } from "../../ports/Submission.ts"
import type { Origin, TicketOwner } from "../../ports/Tickets.ts"
import type { ClientFrame, CursorPair, FrameProblem } from "../../protocol/ClientFrame.ts"
import { type CloseCode, CloseCodes } from "../../protocol/CloseCode.ts"
import {
  type CursorsFrame,
  type EncodedFrame,
  encodeOwnFrame,
  eventFrames,
  type ServerFrame
} from "../../protocol/ServerFrame.ts"
import type { Recipient, Subscription } from "../fanout/Recipient.ts"
import type { Attendee } from "../presence/Attendance.ts"
import type { WatchingSocket } from "../presence/Watches.ts"

/** A submitted command of this socket. `accepted` is set if the answer came before its place in the stream. */
export interface PendingAnswer {
  readonly id: CommandId
  readonly log: ConversationId
  readonly sinceMs: number
  accepted: { readonly seq: number; readonly at: number } | undefined
  /** For a withdrawal: the event under its id is the post's; the withdrawal's own answer is still to come. */
  readonly isWithdrawal: boolean
}

/** Ids are unique in a conversation, and nowhere else. */
export const pendingKey = (log: ConversationId, id: CommandId): string => `${id} ${log}`

/**
 * How many other users' cursors are stored while the reader is behind; further ones are sent when they next advance.
 */
const cursorsHeldMax = 500

/** The most bytes that may wait for a slow reader, and the level below which it catches up again. */
export const outboxBytes = { most: 1_048_576, resume: 262_144 } as const

/** One for all sessions of a gateway. */
export interface SessionListener {
  /** The outbox got its first frame. One flush per turn then serves all sockets. */
  readonly dirty: (session: DeviceSession) => void
  readonly lagging: (session: DeviceSession) => void
  /** A command that arrived at this time was accepted. */
  readonly answered: (sinceMs: number) => void
}

/** A socket as operators see it. */
export interface SocketFacts {
  readonly socket: string
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly kind: DeviceKind
  /** Bytes that the network has not taken. */
  readonly unsent: number
  readonly lagging: boolean
  /** Commands without an answer. */
  readonly pending: number
  readonly silentMs: number
  /** Conversations that it receives. */
  readonly conversations: number
}

export class DeviceSession implements Recipient, Attendee, WatchingSocket {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly subscriptions = new SmallMap<ConversationId, Subscription>()
  /** By `pendingKey`. */
  readonly pending = new SmallMap<string, PendingAnswer>()
  /** Set when it starts, before other code sees the session. */
  actor: ActorRef<DeviceMessage> | undefined
  /** Undefined while it is empty. */
  private outbox: Array<EncodedFrame> | undefined
  /** Undefined while it is empty. */
  private heldCursors: SmallMap<string, CursorsFrame> | undefined
  /** The socket accepts no more: nothing live is queued until it has drained and has caught up from the log. */
  lagging = false
  /** The socket missed some of its user's read cells. */
  missedCells = false
  /** From this time on the resume ticket should be renewed (ms). */
  renewAtMs = 0
  closed = false
  actedAtMs: number
  saidIdle = false
  toldIdle = false
  /** All its cursors have arrived: from here on its user is online. */
  present = false
  /** Presence counts it among its user's connected devices. */
  isRegistered = false
  /** Its user left on purpose, or was signed out. */
  goodbye = false
  /** When the other side was last heard from; set when the socket ends. */
  heardAtMs: number | undefined

  constructor(
    readonly key: string,
    { deviceId, userId }: { readonly deviceId: DeviceId; readonly userId: UserId },
    readonly kind: DeviceKind,
    readonly instance: InstanceId,
    readonly socket: DeviceSocket,
    readonly openedAtMs: number,
    private readonly listener: SessionListener
  ) {
    this.userId = userId
    this.deviceId = deviceId
    this.actedAtMs = openedAtMs
  }

  /** Sends a message to its actor. An actor that can't take it ends. */
  tell(message: DeviceMessage): void {
    if (this.actor !== undefined) tellOrStop(this.actor, message)
  }

  /** Ends its sign-in: from this turn on it sends and receives nothing, whatever its actor is doing. */
  revoke(): void {
    if (this.closed) return
    this.goodbye = true
    this.send({ op: "revoked" })
    this.flush()
    this.socket.close(CloseCodes.revoked)
    this.closed = true
    this.tell({ _tag: "Revoked" })
  }

  get facts(): SocketFacts {
    return {
      socket: this.key,
      userId: this.userId,
      deviceId: this.deviceId,
      kind: this.kind,
      unsent: this.socket.bufferedBytes(),
      lagging: this.lagging,
      pending: this.pending.size,
      silentMs: Math.max(0, Math.floor(this.socket.silentMs())),
      conversations: this.subscriptions.size
    }
  }

  /** It accepts no frame that can wait. */
  get isFull(): boolean {
    return this.lagging || this.socket.bufferedBytes() > outboxBytes.resume
  }

  push(frame: EncodedFrame): void {
    if (this.closed) return
    if (this.outbox !== undefined) this.outbox.push(frame)
    else {
      this.outbox = [frame]
      this.listener.dirty(this)
    }
  }

  send(frame: ServerFrame): void {
    this.push(encodeOwnFrame(frame))
  }

  tellCursors(cursors: CursorsFrame, shared: EncodedFrame): void {
    if (!this.lagging) return this.push(shared)
    const key = `${cursors.conversationId}/${cursors.userId}`
    this.heldCursors ??= new SmallMap()
    const held = this.heldCursors.get(key)
    if (held !== undefined || this.heldCursors.size < cursorsHeldMax) this.heldCursors.set(key, { ...held, ...cursors })
  }

  /**
   * Sends its user's read cells. If the socket does not accept them now, it gets all cells once it accepts frames
   * again.
   */
  tellCells(frame: EncodedFrame): void {
    if (this.lagging) this.missedCells = true
    else this.push(frame)
  }

  /** Called when the socket accepts frames again: sends other users' waiting cursors at their latest values. */
  resume(): void {
    this.lagging = false
    for (const cursors of this.heldCursors?.values() ?? []) this.send(cursors)
    this.heldCursors = undefined
  }

  /** Sends all queued frames in one write. */
  flush(): void {
    const frames = this.outbox
    this.outbox = undefined
    if (frames === undefined || this.closed) return
    this.socket.write(frames)
    if (!this.lagging && this.socket.bufferedBytes() > outboxBytes.most) this.lag()
  }

  /** Stops live delivery; the socket later reads the missed events from the log. */
  lag(): void {
    this.lagging = true
    this.socket.setReading(false)
    for (const subscription of this.subscriptions.values()) this.pauseLive(subscription)
    this.listener.lagging(this)
  }

  /** Ends live delivery in one log, and sends answers that waited for their place there now. */
  pauseLive(subscription: Subscription): void {
    subscription.live = false
    if (this.pending.size === 0) return
    for (const { accepted, id, log } of this.pending.values()) {
      if (log === subscription.place.log && accepted !== undefined) this.answer(id, log, accepted)
    }
  }

  /** Sends the answer outside of its place in the stream: the client's cursor does not move. */
  answer(id: CommandId, log: ConversationId, at: { readonly seq: number; readonly at: number }): void {
    const key = pendingKey(log, id)
    const pending = this.pending.get(key)
    if (pending !== undefined) this.listener.answered(pending.sinceMs)
    if (pending?.isWithdrawal === true) pending.accepted = undefined
    else this.pending.delete(key)
    this.send({ op: "accepted", id, conversationId: log, seq: at.seq, at: at.at })
  }

  /** Whether the answer has anything that this socket has not received yet. */
  awaits({ log, result }: Answer): boolean {
    return result._tag === "Busy" || result.outcomes.some(({ id }) => this.pending.has(pendingKey(log, id)))
  }

  /**
   * Queues live events of one log for this socket. `shared` returns the frames of exactly these events, encoded once
   * for all sockets.
   */
  offer(subscription: Subscription, events: ReadonlyArray<LogEvent>, shared: () => ReadonlyArray<EncodedFrame>): void {
    const last = events[events.length - 1]
    const first = events[0]
    if (first === undefined || last === undefined || subscription.sentTo >= last.seq) return
    const whole = subscription.sentTo < first.seq
    if (whole && !this.awaitsAnyOf(subscription.place.log, events)) {
      for (const frame of shared()) this.push(frame)
    } else {
      this.offerOwn(subscription, events)
    }
    subscription.sentTo = last.seq
  }

  private awaitsAnyOf(log: ConversationId, events: ReadonlyArray<LogEvent>): boolean {
    if (this.pending.size === 0) return false
    for (const event of events) if (event.by === this.userId && this.pending.has(pendingKey(log, event.id))) return true
    return false
  }

  /** As `offer`, but reports this socket's own commands as `accepted` in their place. */
  private offerOwn(subscription: Subscription, events: ReadonlyArray<LogEvent>): void {
    const { log } = subscription.place
    let run: Array<LogEvent> = []
    const flushRun = () => {
      for (const frame of eventFrames(log, run)) this.push(frame)
      run = []
    }
    for (const event of events) {
      if (event.seq <= subscription.sentTo) continue
      if (event.by === this.userId && this.pending.has(pendingKey(log, event.id))) {
        flushRun()
        this.answer(event.id, log, event)
      } else run.push(event)
    }
    flushRun()
  }
}

/** The messages of a device's actor: from its socket, its user, its gateway and itself. */
export type DeviceMessage =
  /** The ticket was valid: send the welcome, and take the cursors of hello. */
  | {
      readonly _tag: "Begin"
      readonly owner: TicketOwner
      readonly version: number
      readonly cursors: ReadonlyArray<CursorPair>
      readonly last: boolean
      readonly trustCursors: boolean
    }
  | { readonly _tag: "Entered"; readonly memberships: ReadonlyArray<Membership> }
  | { readonly _tag: "Frame"; readonly frame: ClientFrame }
  | { readonly _tag: "BadFrame"; readonly problem: FrameProblem }
  | { readonly _tag: "Answered"; readonly answer: Answer }
  | { readonly _tag: "Sync" }
  /** The outbox exceeded its bound, or did not move for too long. */
  | { readonly _tag: "Lagging" }
  | { readonly _tag: "Drained" }
  | { readonly _tag: "LagDeadline" }
  | { readonly _tag: "CursorsDeadline" }
  | { readonly _tag: "ExpireAnswers" }
  | { readonly _tag: "Revoked" }
  | { readonly _tag: "Moving"; readonly retryAfterMs: number }
  | { readonly _tag: "End"; readonly code: CloseCode }

/**
 * The transport that a device's actor needs. The server provides real sockets; tests and simulations provide their own.
 */
export interface DeviceSocket {
  /** Sends frames in one write. Must not throw; after a close it does nothing. */
  readonly write: (frames: ReadonlyArray<EncodedFrame>) => void
  /** Bytes in memory that `write` has taken and the network has not. */
  readonly bufferedBytes: () => number
  /** Whether the transport reads the client's frames from the network. If not, the client is slowed down. */
  readonly setReading: (reading: boolean) => void
  /** Sends the close code and closes; the transport bounds the time. */
  readonly close: (code: CloseCode) => void
  /**
   * How long the other side has been silent (ms). After the end: how long it was silent then; 0 if the other side
   * closed.
   */
  readonly silentMs: () => number
  /** For logs and limits; never shown to other users. */
  readonly address: string
  /** The origin of the socket: its ticket must have the same one, and its next ticket gets it. */
  readonly origin: Origin
}
