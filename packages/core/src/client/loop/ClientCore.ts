/**
 * A client without its runtime: joins connection, logs, outbox and read cursors. Plain; time and chance come in with
 * each call. The runtime runs the effects that `step` returns. It sends the frames that `due` returns after storing the
 * outbox's changes.
 */
import type { CommandId, ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { type BucketRule, fullBucket, spend, type TokenBucket } from "../../domain/TokenBucket.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"
import { earliest } from "../connection/ClientTime.ts"
import {
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionState,
  helloFrames,
  initialConnection,
  isWelcomed,
  stepConnection
} from "../connection/ConnectionMachine.ts"
import { Feed } from "../feed/Feed.ts"
import { type FeedView, viewOf } from "../feed/FeedView.ts"
import { ClientHints, type HintFrame, ReceiptsWanted } from "../hints/ClientHints.ts"
import { ReadCursors } from "../list/ReadCursors.ts"
import { Outbox } from "../outbox/Outbox.ts"
import type { OutboxRow } from "../outbox/OutboxRow.ts"
import type { StoreChange } from "../store/ClientStore.ts"
import { ClientLogs } from "./ClientLogs.ts"

/** Minimum time between two acknowledgements. */
const acknowledgeApartMs = 1_000
/** After the store failed, the client retries after 2 s, doubling up to this. */
const keepAgainMostMs = 60_000
/** Half of the rate that a server accepts from one socket, to leave room for acknowledgements and pings. */
const framePace: BucketRule = { ratePerSecond: 25, burst: 100 }
/** When the allowance is used up, the next frames go out after this time. */
const pauseMs = 200
/** The most hint frames that are sent together. */
const hintsAtOnce = 3

export interface ClientCoreOptions {
  readonly device: DeviceId
  readonly instance: InstanceId
}

interface DueCursors {
  readonly change: StoreChange | undefined
  readonly acknowledge: ReadonlyArray<ClientFrame>
}

export class ClientCore {
  readonly outbox = new Outbox()
  readonly logs: ClientLogs
  readonly reads = new ReadCursors()
  readonly receipts: ReceiptsWanted
  readonly hints = new ClientHints()
  /**
   * For this process: the number of welcomed sockets, the last ping's round trip, and whether the store refused the
   * last outbox change.
   */
  readonly seen = { welcomes: 0, roundTripMs: undefined as number | undefined, unkept: false }
  readonly #options: ClientCoreOptions
  #connection: ConnectionState = initialConnection
  #saidAt = Number.NEGATIVE_INFINITY
  #pingedAt: number | undefined
  #keepFailures = 0
  #keepAt = Number.NEGATIVE_INFINITY
  #frames: TokenBucket = fullBucket(framePace, 0)
  #pausedUntil = Number.NEGATIVE_INFINITY
  readonly #stayed: Array<OutboxRow> = []
  readonly #views = new Map<ConversationId, FeedView>()
  #version = 0

  constructor(options: ClientCoreOptions) {
    this.#options = options
    this.logs = new ClientLogs(this.outbox, {
      // Sending a read position from before the user set the mark by hand would remove the mark.
      markedAnew: (conversationId) => this.reads.forget(conversationId),
      posted: (conversationId, by) => this.hints.posted(conversationId, by),
      listed: () => this.#judgeReads(),
      forgotten: (conversationId) => {
        this.hints.forget(conversationId)
        this.reads.forget(conversationId)
        this.receipts.want(conversationId)
      }
    })
    this.receipts = new ReceiptsWanted(this.logs)
  }

  get connection(): ConnectionState {
    return this.#connection
  }

  get isWelcomed(): boolean {
    return isWelcomed(this.#connection)
  }

  step(input: ConnectionInput, now: number, chance: number): ReadonlyArray<ConnectionEffect> {
    const before = this.#connection
    const heard = input._tag === "frame" && input.attempt === before.attempt
    const [next, effects] = stepConnection(before, input, now, chance)
    this.#connection = next
    if (input._tag === "retryNow" && isWelcomed(before)) this.outbox.hasten()
    if (heard && input.frame !== undefined) this.#hear(input.frame, before, now)
    if (isWelcomed(before) && !isWelcomed(next)) {
      this.outbox.disconnected()
      this.logs.disconnected()
      this.reads.disconnected()
      this.hints.disconnected(now)
    }
    for (const effect of effects) if (effect._tag === "ping") this.#pingedAt = now
    return effects
  }

  /** Takes the user and the store's epoch from a welcome or a snapshot. */
  enter(userId: UserId, epoch: Epoch): void {
    if (!this.logs.enter(userId, epoch)) return
    this.reads.clear()
    this.hints.clear()
  }

  /** The first frames of a socket: the device's identity and its cursors. */
  hello(ticket: string): ReadonlyArray<ClientFrame> {
    const { device, instance } = this.#options
    return helloFrames({ ticket, device, instance, epoch: this.logs.epoch, cursors: this.logs.cursors() })
  }

  /** Posts that could not be withdrawn, each once. */
  takeStayed(): ReadonlyArray<OutboxRow> {
    return this.#stayed.splice(0)
  }

  /**
   * The frames to send now. Their outbox rows count as handed over: the store must write this change before they are
   * sent.
   */
  due(now: number): ReadonlyArray<ClientFrame> {
    this.outbox.expire(now)
    this.hints.expire(now)
    if (!this.isWelcomed) return []
    const most = this.#allowance(now)
    // Hints are few, and useless when late: they go ahead of slower work.
    const frames: Array<ClientFrame> = [...this.hints.take(now, Math.min(most, hintsAtOnce))]
    frames.push(...this.outbox.takeFrames(now, most - frames.length))
    frames.push(...this.#takeReads(now, most - frames.length))
    for (const [conversationId, { from, to }] of this.logs.book.takeRanges(now, most - frames.length))
      frames.push({ op: "range", conversationId, from, to })
    if (frames.length > 0) spend(this.#frames, framePace, frames.length, now)
    this.#pausedUntil = frames.length < most ? Number.NEGATIVE_INFINITY : now + pauseMs
    return frames
  }

  /** The last frames on a welcomed socket: the read positions, and goodbye. */
  farewell(now: number): ReadonlyArray<ClientFrame> {
    if (!this.isWelcomed) return []
    this.reads.hasten(now)
    return [...this.#takeReads(now, this.#allowance(now)), { op: "bye" }]
  }

  /** The change to store, and the acknowledgements to send after it; undefined when it is not due. */
  dueCursors(now: number, isLast = false): DueCursors | undefined {
    const { book, kept } = this.logs
    if (!(book.isUnacknowledged || book.isMoved) || (!isLast && now < this.#saidAt + acknowledgeApartMs))
      return undefined
    this.#saidAt = now
    const change = isLast || now >= this.#keepAt ? kept.takeChange(this.logs.epoch, this.logs.personal) : undefined
    const pairs = this.isWelcomed ? book.takeAcknowledgements(kept.isRead) : []
    const acknowledge: Array<ClientFrame> = []
    for (let at = 0; at < pairs.length; at += Limits.cursorPairs) {
      const cursors: ReadonlyArray<CursorPair> = pairs.slice(at, at + Limits.cursorPairs)
      acknowledge.push({ op: "ack", cursors })
    }
    return { change, acknowledge }
  }

  /** Reports whether the store took the last due change; the retries of a failing store become rarer. */
  wasKept(change: StoreChange, kept: boolean, now: number): void {
    this.#keepFailures = kept ? 0 : this.#keepFailures + 1
    if (kept) return
    if (change.epoch === this.logs.epoch) this.logs.kept.putBack(change)
    this.#keepAt = now + Math.min(keepAgainMostMs, acknowledgeApartMs * 2 ** Math.min(this.#keepFailures, 10))
  }

  /** Retries the store at once, however often it failed. */
  keepNow(): void {
    this.#keepFailures = 0
    this.#keepAt = this.#saidAt = Number.NEGATIVE_INFINITY
  }

  /** The latest time at which there is something to do; undefined: only after an input. */
  nextAt(): number | undefined {
    const { hints, logs, outbox, reads } = this
    const due = this.isWelcomed
      ? earliest(hints.sendsAt(), outbox.nextAt(), this.#hasHeard ? reads.nextAt() : undefined, logs.book.nextAt())
      : undefined
    const saysAt = this.#saidAt + acknowledgeApartMs
    return earliest(
      this.#connection.timerAt,
      due === undefined ? undefined : Math.max(due, this.#pausedUntil),
      hints.expiresAt(),
      reads.keepsAt,
      this.isWelcomed && logs.book.isUnacknowledged ? saysAt : undefined,
      logs.book.isMoved ? Math.max(saysAt, this.#keepAt) : undefined
    )
  }

  open(conversationId: ConversationId): void {
    this.logs.open(conversationId)
    this.receipts.want(conversationId)
  }

  /** Marks everything up to `upTo` as read: shown at once, sent soon. */
  read(conversationId: ConversationId, upTo: number, now: number): void {
    const feed = this.logs.feed(conversationId)
    const seq = feed === undefined ? upTo : Math.min(upTo, feed.cursor)
    const told = seq > 0 && this.logs.readHere(conversationId, seq)
    if (told === undefined) this.reads.awaitList(conversationId, seq)
    else if (told) this.reads.want(conversationId, seq, now)
  }

  /**
   * The view of the conversation; undefined while nothing of it is known or its stored rows are still to be read. The
   * same object until it changes. For a conversation that the user has left, the view shows only the rows that were not
   * sent into it.
   */
  view(conversationId: ConversationId): FeedView | undefined {
    if (this.logs.kept.has(conversationId)) {
      this.logs.kept.want(conversationId)
      return undefined
    }
    const known = this.#views.get(conversationId)
    if (known !== undefined) return known
    const { outbox, logs } = this
    const rows = outbox.rows(conversationId)
    const viewer = logs.personal?.userId
    const feed =
      logs.feed(conversationId) ??
      (viewer === undefined || rows.length === 0 ? undefined : new Feed(conversationId, viewer))
    if (feed === undefined) return undefined
    const unkept = (id: CommandId) => outbox.unkept(id)
    const view = viewOf(
      feed,
      rows,
      logs.ahead(conversationId),
      outbox.isUnanswered(conversationId),
      ++this.#version,
      logs.epoch,
      unkept
    )
    this.#views.set(conversationId, view)
    return view
  }

  /** The views of these conversations changed. */
  changed(conversations: Iterable<ConversationId>): void {
    for (const id of conversations) this.#views.delete(id)
  }

  /**
   * Whether the missed events have arrived, and with them every mark set by hand meanwhile. An earlier read position,
   * if sent before, would remove such a mark.
   */
  get #hasHeard(): boolean {
    return this.#connection.phase === "live" && this.logs.personal?.isWhole === true
  }

  #takeReads(now: number, most: number): ReadonlyArray<ClientFrame> {
    return this.#hasHeard ? this.reads.take(now, most).map((read) => ({ op: "read", ...read })) : []
  }

  /**
   * Of the read positions from before there was a list, queues those that the server does not know, but not those of
   * conversations that this user has left.
   */
  #judgeReads(): void {
    for (const [id, upTo] of this.reads.takeUnlisted()) {
      const line = this.logs.personal?.conversation(id)?.summary
      // Positions that the server already knew, or that the store held, must not remove a mark set by hand: a stored
      // position may be older than the mark. Skip also positions that no longer exist because the log's numbers start
      // again.
      if (line === undefined || line.readUpTo >= upTo || upTo > Math.max(line.head, this.logs.feed(id)?.cursor ?? 0))
        continue
      if (line.markedUnreadAt !== undefined && this.reads.isRestored(id)) continue
      if (this.logs.readHere(id, upTo) === true) this.reads.want(id, upTo, 0)
    }
  }

  /** Takes a hint; ignores hints about conversations that are neither open nor in the list. */
  #hint(frame: HintFrame, now: number): void {
    const { opened, personal } = this.logs
    if (personal === undefined) return
    const isOurs =
      frame.op === "presence" ||
      opened.has(frame.conversationId) ||
      personal.conversation(frame.conversationId) !== undefined
    if (isOurs) this.hints.frame(frame, personal, now)
  }

  /** The number of frames that may be sent now without exceeding the server's limit. */
  #allowance(now: number): number {
    spend(this.#frames, framePace, 0, now)
    return Math.floor(this.#frames.tokens)
  }

  #refused({ code, conversationId, id }: Extract<ServerFrame, { readonly op: "refused" }>): void {
    const row = this.outbox.row(id)
    this.outbox.refused(conversationId, id, code)
    // In a direct conversation this is the post's own answer, so the post was never stored.
    const isDirect = this.logs.personal?.conversation(conversationId)?.summary.kind === "direct"
    if (row?.conversationId === conversationId && row.state === "withdrawn" && code === "forbidden" && !isDirect)
      this.#stayed.push(row)
  }

  #hear(frame: ServerFrame, before: ConnectionState, now: number): void {
    if (frame.op === "welcome" && before.phase === "greeting") {
      this.seen.welcomes++
      this.#frames = fullBucket(framePace, now)
      this.enter(frame.userId, frame.epoch)
      this.outbox.enterEpoch(frame.epoch)
      this.hints.welcomed(now)
      for (const id of this.logs.opened.keys()) this.receipts.want(id)
      return
    }
    if (!isWelcomed(before)) return
    switch (frame.op) {
      case "events":
      case "accepted":
      case "behind":
      case "withheld":
      case "reset":
        return this.logs.frame(frame)
      case "reads":
        this.logs.cells(frame.cells)
        // While a mark stands that this device has read past, the server must still receive the read position.
        for (const cell of frame.cells)
          if (cell.markedSeq === undefined) this.reads.confirmed(cell.conversationId, cell.readUpTo)
        return
      case "refused":
        return this.#refused(frame)
      case "busy":
        // The outbox sends no frames of a kind that is unknown here.
        if (frame.of === undefined) this.outbox.busy(frame.conversationId, frame.code, frame.retryAfterMs, now)
        else if (frame.of === "range") this.logs.book.busy(frame.conversationId, frame.retryAfterMs, now)
        return
      case "presence":
      case "typing":
      case "cursors":
        return this.#hint(frame, now)
      case "pong":
        if (this.#pingedAt !== undefined) this.seen.roundTripMs = now - this.#pingedAt
        this.#pingedAt = undefined
    }
  }
}
