/**
 * One socket's sending side: its position in each log, the answers it waits for, and its outbox.
 * Written by the fan-out and by the device's actor in the same turn, so that "is it live here" and "give it this" never
 * part.
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

/**
 * A command of this socket that was handed over. `accepted` is set when the answer came before its place in the stream.
 */
export interface PendingAnswer {
  readonly id: CommandId
  readonly log: ConversationId
  readonly sinceMs: number
  accepted: { readonly seq: number; readonly at: number } | undefined
  /** Of a withdrawal: what is accepted under its id is the post, and its own answer is still to come. */
  readonly isWithdrawal: boolean
}

/** Ids are unique in a conversation, and nowhere else. */
export const pendingKey = (log: ConversationId, id: CommandId): string => `${id} ${log}`

/**
 * Others of whom it is kept how far they came while a reader is behind; of those beyond it is told when they come
 * further.
 */
const cursorsHeldMax = 500

/** Bytes that may wait for a slow reader, and those below which it is caught up again. */
export const outboxBytes = { most: 1_048_576, resume: 262_144 } as const

/** One for all sessions of a gateway. */
export interface SessionListener {
  /** The outbox got its first frame, so that one flush a turn serves all. */
  readonly dirty: (session: DeviceSession) => void
  readonly lagging: (session: DeviceSession) => void
}

export class DeviceSession implements Recipient, Attendee, WatchingSocket {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly subscriptions = new SmallMap<ConversationId, Subscription>()
  /** By `pendingKey`. */
  readonly pending = new SmallMap<string, PendingAnswer>()
  /** Set as it starts, before anybody else hears of the session. */
  actor: ActorRef<DeviceMessage> | undefined
  /** None while nothing waits. */
  private outbox: Array<EncodedFrame> | undefined
  /** None while nothing is held. */
  private heldCursors: SmallMap<string, CursorsFrame> | undefined
  /** The socket takes no more: nothing live is queued until it has drained and was caught up from the log. */
  lagging = false
  /** Something of how far its user has read was not told. */
  missedCells = false
  /** When the resume ticket is worth renewing (ms). */
  renewAtMs = 0
  closed = false
  actedAtMs: number
  saidIdle = false
  toldIdle = false
  /** It has told all its cursors: from here on its user is there. */
  present = false
  /** It counts among those of its user's devices that are there. */
  isRegistered = false
  /** Its person left on purpose, or was signed out. */
  goodbye = false
  /** When the other side was last heard; set as the socket ends. */
  heardAtMs: number | undefined

  constructor(
    readonly key: string,
    { deviceId, userId }: { readonly deviceId: DeviceId; readonly userId: UserId },
    readonly kind: DeviceKind,
    readonly instance: InstanceId,
    readonly socket: DeviceSocket,
    openedAtMs: number,
    private readonly listener: SessionListener
  ) {
    this.userId = userId
    this.deviceId = deviceId
    this.actedAtMs = openedAtMs
  }

  /** Tells its actor, which ends if it can't take it. */
  tell(message: DeviceMessage): void {
    if (this.actor !== undefined) tellOrStop(this.actor, message)
  }

  /** Its sign-in is over: from this turn on it gives and gets nothing more, whatever its actor is at. */
  revoke(): void {
    if (this.closed) return
    this.goodbye = true
    this.send({ op: "revoked" })
    this.flush()
    this.socket.close(CloseCodes.revoked)
    this.closed = true
    this.tell({ _tag: "Revoked" })
  }

  /** It takes nothing that can wait. */
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
   * How far its user has read. What it does not take now it is told of with all the others, once it takes something
   * again.
   */
  tellCells(frame: EncodedFrame): void {
    if (this.lagging) this.missedCells = true
    else this.push(frame)
  }

  /** It takes something again: what waited of others is told, as far as they came by now. */
  resume(): void {
    this.lagging = false
    for (const cursors of this.heldCursors?.values() ?? []) this.send(cursors)
    this.heldCursors = undefined
  }

  /** Everything queued, in one write. */
  flush(): void {
    const frames = this.outbox
    this.outbox = undefined
    if (frames === undefined || this.closed) return
    this.socket.write(frames)
    if (!this.lagging && this.socket.bufferedBytes() > outboxBytes.most) this.lag()
  }

  /** Stops live delivery; what is missed is read from the log later. */
  lag(): void {
    this.lagging = true
    this.socket.setReading(false)
    for (const subscription of this.subscriptions.values()) this.pauseLive(subscription)
    this.listener.lagging(this)
  }

  /** Ends live delivery in one log; answers that waited for their place there go out now. */
  pauseLive(subscription: Subscription): void {
    subscription.live = false
    if (this.pending.size === 0) return
    for (const { accepted, id, log } of this.pending.values()) {
      if (log === subscription.place.log && accepted !== undefined) this.answer(id, log, accepted)
    }
  }

  /** Tells the answer outside of its place in the stream: the client's cursor stays. */
  answer(id: CommandId, log: ConversationId, at: { readonly seq: number; readonly at: number }): void {
    const key = pendingKey(log, id)
    const pending = this.pending.get(key)
    if (pending?.isWithdrawal === true) pending.accepted = undefined
    else this.pending.delete(key)
    this.send({ op: "accepted", id, conversationId: log, seq: at.seq, at: at.at })
  }

  /** Whether there is anything in it that this socket was not told yet. */
  awaits({ log, result }: Answer): boolean {
    return result._tag === "Busy" || result.outcomes.some(({ id }) => this.pending.has(pendingKey(log, id)))
  }

  /**
   * Queues live events of one log for this socket. `shared` are the frames of exactly these events, encoded once for
   * all sockets.
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

  /** As `offer`, with this socket's own commands told as `accepted` in their place. */
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

/** What a device's actor is told: by its socket, its user, its gateway and itself. */
export type DeviceMessage =
  /** The ticket was good: greet, and take the cursors of hello. */
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
  /** The outbox passed its bound, or did not move for too long. */
  | { readonly _tag: "Lagging" }
  | { readonly _tag: "Drained" }
  | { readonly _tag: "LagDeadline" }
  | { readonly _tag: "CursorsDeadline" }
  | { readonly _tag: "ExpireAnswers" }
  | { readonly _tag: "Revoked" }
  | { readonly _tag: "Moving"; readonly retryAfterMs: number }
  | { readonly _tag: "End"; readonly code: CloseCode }

/**
 * What a device's actor needs of its transport. The server gives real sockets; tests and simulations give their own.
 */
export interface DeviceSocket {
  /** Sends frames in one write. Must not throw; after a close it does nothing. */
  readonly write: (frames: ReadonlyArray<EncodedFrame>) => void
  /** Memory held by what was taken by `write` and not yet by the network (bytes). */
  readonly bufferedBytes: () => number
  /** Whether frames of the client are taken from the network. While not, its own sending is slowed down. */
  readonly setReading: (reading: boolean) => void
  /** Says why and closes; bounded in time by the transport. */
  readonly close: (code: CloseCode) => void
  /**
   * For how long nothing was heard of the other side (ms); after its end, of how long that was then: 0 when the end
   * came from there.
   */
  readonly silentMs: () => number
  /** For logs and limits; never shown to other users. */
  readonly address: string
  /** With which it was opened: its ticket must be of the same, and the next one is. */
  readonly origin: Origin
}
