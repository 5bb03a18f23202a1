/**
 * A whole server in one object, for tests of a client: logs, sockets, tickets, calls, and switches for what may go
 * wrong.
 */
import { Effect, Layer } from "effect"
import { type ClientSocket, SocketFactory, type SocketHandlers } from "../../src/client/connection/SocketFactory.ts"
import { SignedOut, TicketSource } from "../../src/client/connection/TicketSource.ts"
import type { PagePlace } from "../../src/client/feed/Feed.ts"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "../../src/client/feed/SnapshotSource.ts"
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "../../src/domain/Conversation.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { CommandId, ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../../src/domain/Ids.ts"
import { Limits } from "../../src/domain/Limits.ts"
import type { MessageRow } from "../../src/domain/MessageRow.ts"
import { applyChange, rowOf } from "../../src/domain/RowRules.ts"
import { type ClientFrame, decodeClientFrame, isFrameProblem } from "../../src/protocol/ClientFrame.ts"
import type { Receipt } from "../../src/protocol/rpc/PresenceRpcs.ts"
import { encodeFrame, type ServerFrame } from "../../src/protocol/ServerFrame.ts"

export const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
export const me = UserId.make(uuid(0xa1))
export const friend = UserId.make(uuid(0xa2))
export const device = DeviceId.make(uuid(0xd1))
export const instance = InstanceId.make(uuid(0xd2))
export const room = ConversationId.make(uuid(0xc1))
export const room2 = ConversationId.make(uuid(0xc2))
const personal = ConversationId.make(me)

export class ScriptedServer {
  epoch = Epoch.make(uuid(0xe1))
  readonly logs = new Map<ConversationId, Array<LogEvent>>([
    [room, []],
    [room2, []],
    [personal, []]
  ])
  readonly sockets: Array<ServerSocket> = []
  /** Every client frame in order, by socket. */
  readonly heard: Array<ClientFrame> = []
  readUpTo = new Map<ConversationId, number>()
  readonly marks = new Map<ConversationId, number>()
  readonly markedSeqs = new Map<ConversationId, number>()
  tickets = 0
  // What may go wrong.
  /** Of the conversations that it tells of. */
  kind: "group" | "direct" = "group"
  opens: "at once" | "never" | "refused" = "at once"
  signedOut = false
  callsFail = false
  /** Hears, and never answers again. */
  silent = false
  answers: "in place" | "lost" | "busy" | "none" = "in place"
  /** Ranges are not answered now. */
  rangesBusy = false
  /** As a gateway that ends before the broker is back. */
  losesReads = false
  catchUpMost: number = Limits.catchUpMax
  /** What was missed is told right after `welcome`, or when a test says so by `catchUp`. */
  catchesUp: "at once" | "when told" = "at once"
  calls: Array<string> = []
  readonly receipts = new Map<ConversationId, ReadonlyArray<Receipt>>()

  get live(): ServerSocket | undefined {
    return this.sockets.findLast((socket) => socket.isOpen)
  }

  log(id: ConversationId): Array<LogEvent> {
    const log = this.logs.get(id) ?? []
    this.logs.set(id, log)
    return log
  }

  ops(op: ClientFrame["op"]): ReadonlyArray<ClientFrame> {
    return this.heard.filter((frame) => frame.op === op)
  }

  texts(id = room): ReadonlyArray<string> {
    return [...this.rows(id, this.log(id).length).values()].flatMap((row) =>
      row.kind === "posted" && row.deleted !== true ? [row.text ?? ""] : []
    )
  }

  /** Stores an event of somebody and streams it to the live socket, unless it is to be lost on the way. */
  happen(id: ConversationId, event: Record<string, unknown>, lose = false): LogEvent {
    const log = this.log(id)
    const seq = log.length + 1
    const full = {
      seq,
      id: CommandId.make(uuid(0x100_000 + 0x1_000 * Number.parseInt(id.slice(-2), 16) + seq)),
      by: friend,
      at: seq,
      ...event
    } as LogEvent
    log.push(full)
    if (!lose) this.live?.stream(id, [full])
    else this.live?.sentTo.set(id, seq)
    return full
  }

  post(text: string, id = room, lose = false): LogEvent {
    return this.happen(id, { kind: "posted", text }, lose)
  }

  /** The user marks it unread by hand, on another device. */
  mark(upTo: number, id = room): void {
    this.marks.set(id, upTo)
    this.markedSeqs.set(id, this.log(personal).length + 1)
    this.happen(personal, { kind: "markedUnread", by: me, conversationId: id, upTo })
  }

  rows(id: ConversationId, head: number): ReadonlyMap<number, MessageRow> {
    const rows = new Map<number, MessageRow>()
    for (const event of this.log(id).slice(0, head)) {
      const row = rowOf(event)
      if (row !== undefined) rows.set(row.seq, row)
      else if ("target" in event) {
        const target = rows.get(event.target)
        if (target !== undefined) rows.set(event.target, applyChange(target, event, me))
      }
    }
    return rows
  }

  restore(): void {
    this.epoch = Epoch.make(uuid(0xe2))
    for (const log of this.logs.values()) log.length = 0
    this.live?.end(1001)
  }

  summary(conversationId: ConversationId): ConversationSummary {
    const head = this.log(conversationId).length
    const readUpTo = this.readUpTo.get(conversationId) ?? 0
    const rows = [...this.rows(conversationId, head).values()]
    const unread = rows.filter(
      (row) => row.kind === "posted" && row.deleted !== true && row.by !== me && row.seq > readUpTo
    ).length
    const markedUnreadAt = this.marks.get(conversationId)
    return {
      ...{
        conversationId,
        kind: this.kind,
        title: "t",
        role: "member",
        history: "all",
        members: 2,
        head,
        visibleFrom: 1,
        readUpTo,
        unread
      },
      ...(markedUnreadAt === undefined ? {} : { markedUnreadAt, markedSeq: this.markedSeqs.get(conversationId) })
    }
  }

  /** How far the user has read, told now. */
  tellReads(...ids: ReadonlyArray<ConversationId>): void {
    const asOf = this.log(personal).length
    const cells = ids.map((id) => {
      const { markedSeq, markedUnreadAt, readUpTo } = this.summary(id)
      return { conversationId: id, asOf, readUpTo, ...(markedSeq === undefined ? {} : { markedUnreadAt, markedSeq }) }
    })
    this.live?.send({ op: "reads", cells })
  }

  snapshot(): PersonalSnapshot {
    return {
      epoch: this.epoch,
      asOf: this.log(personal).length,
      me: { userId: me, handle: "me", displayName: "Me", admin: false, invisible: false },
      conversations: [...this.logs.keys()].filter((id) => id !== personal).map((id) => this.summary(id))
    }
  }

  page(id: ConversationId, { after, before }: PagePlace, limit: number): HistoryPage {
    const asOf = this.log(id).length
    const all = [...this.rows(id, asOf).values()].filter(
      (row) => row.seq < (before ?? asOf + 1) && row.seq > (after ?? 0)
    )
    const rows = after === undefined ? all.slice(-limit) : all.slice(0, limit)
    const isCut = all.length > rows.length
    return after === undefined
      ? { rows, asOf, moreBefore: isCut, moreAfter: before !== undefined }
      : { rows, asOf, moreBefore: after > 0, moreAfter: isCut }
  }

  readonly layer = Layer.mergeAll(
    Layer.succeed(SocketFactory, SocketFactory.of({ open: (handlers) => this.#open(handlers) })),
    Layer.succeed(
      TicketSource,
      TicketSource.of({
        fetch: Effect.suspend(() => (this.signedOut ? new SignedOut() : Effect.succeed(`ticket${this.tickets++}`)))
      })
    ),
    Layer.succeed(
      SnapshotSource,
      SnapshotSource.of({
        snapshot: this.#call("snapshot", () => this.snapshot()),
        conversation: (id) =>
          this.logs.has(id) ? this.#call(`conversation ${id}`, () => this.summary(id)) : new SourceNotFound(),
        page: ({ conversationId, limit, ...place }) =>
          this.#call(`page ${place.after === undefined ? (place.before ?? "latest") : `after ${place.after}`}`, () =>
            this.page(conversationId, place, limit ?? 50)
          ),
        changedSince: ({ asOf, conversationId, from, to }) =>
          this.#call(`changed ${asOf} ${from} ${to}`, () => {
            const head = this.log(conversationId).length
            const rows = [...this.rows(conversationId, head).values()].filter(
              (row) => row.seq >= from && row.seq <= to && row.rev > asOf
            )
            return { rows, asOf: head, moreBefore: false, moreAfter: false }
          }),
        receipts: (id) => this.#call("receipts", () => this.receipts.get(id) ?? [])
      })
    )
  )

  #call<A>(name: string, answer: () => A): Effect.Effect<A, SourceUnavailable> {
    return Effect.suspend(() => {
      this.calls.push(name)
      return this.callsFail ? new SourceUnavailable({ cause: "down" }) : Effect.sync(answer)
    })
  }

  #open(handlers: SocketHandlers): ClientSocket {
    const socket = new ServerSocket(this, handlers)
    this.sockets.push(socket)
    queueMicrotask(() => {
      if (this.opens === "at once") handlers.onOpen()
      if (this.opens === "refused") socket.end(1006)
    })
    return { send: (text) => socket.receive(text), close: () => socket.close() }
  }
}

export class ServerSocket {
  isOpen = true
  readonly sentTo = new Map<ConversationId, number>()
  readonly heard: Array<ClientFrame> = []
  readonly #cursors = new Map<ConversationId, number>()
  #trusts = false

  constructor(
    readonly server: ScriptedServer,
    readonly handlers: SocketHandlers
  ) {}

  send(frame: ServerFrame): void {
    if (this.isOpen && !this.server.silent) this.handlers.onMessage(encodeFrame(frame).text)
  }

  end(code: number): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.handlers.onClose(code)
  }

  close(): void {
    this.isOpen = false
  }

  stream(id: ConversationId, events: ReadonlyArray<LogEvent>): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.send({ op: "events", conversationId: id, events })
    this.sentTo.set(id, Math.max(last.seq, this.sentTo.get(id) ?? 0))
  }

  receive(text: string): void {
    const frame = decodeClientFrame(text)
    if (isFrameProblem(frame)) return this.end(4400)
    this.heard.push(frame)
    this.server.heard.push(frame)
    if (!this.server.silent && this.isOpen) this.#answer(frame)
  }

  #answer(frame: ClientFrame): void {
    const { server } = this
    switch (frame.op) {
      case "hello":
      case "cursors": {
        if (frame.op === "hello") {
          this.send({
            op: "welcome",
            version: 1,
            epoch: server.epoch,
            userId: me,
            device,
            resumeTicket: `resume${server.sockets.length}`,
            resumeTicketTtlMs: 600_000,
            pingIntervalMs: 20_000,
            at: 1
          })
          this.#trusts = frame.epoch === server.epoch
        }
        for (const [id, seq] of frame.op === "hello" ? frame.cursors : frame.pairs)
          if (this.#trusts) this.#cursors.set(id, seq)
        if (frame.last && server.catchesUp === "at once") this.catchUp()
        break
      }
      case "post":
        if (server.answers === "busy")
          this.send({ op: "busy", conversationId: frame.conversationId, code: "busy", retryAfterMs: 500 })
        else
          for (const { id, replyTo, text } of frame.posts)
            this.#decide(
              frame.conversationId,
              id,
              replyTo === undefined ? { kind: "posted", text } : { kind: "posted", text, replyTo }
            )
        break
      case "edit":
        this.#decide(frame.conversationId, frame.id, { kind: "edited", target: frame.target, text: frame.text })
        break
      case "delete":
        this.#decide(frame.conversationId, frame.id, { kind: "deleted", target: frame.target })
        break
      case "react":
        this.#decide(frame.conversationId, frame.id, {
          kind: frame.on ? "reacted" : "unreacted",
          target: frame.target,
          emoji: frame.emoji
        })
        break
      case "withdraw": {
        const stored = server.log(frame.conversationId).find((event) => event.id === frame.id)
        if (stored !== undefined) server.happen(frame.conversationId, { kind: "deleted", target: stored.seq, by: me })
        this.send({ op: "refused", id: frame.id, conversationId: frame.conversationId, code: "withdrawn" })
        break
      }
      case "read":
        if (server.losesReads || !server.logs.has(frame.conversationId)) break
        server.readUpTo.set(frame.conversationId, frame.seq)
        server.marks.delete(frame.conversationId)
        server.tellReads(frame.conversationId)
        break
      case "range":
        if (server.rangesBusy) {
          this.send({
            op: "busy",
            conversationId: frame.conversationId,
            code: "busy",
            retryAfterMs: 1_000,
            of: "range"
          })
          break
        }
        this.send({
          op: "events",
          conversationId: frame.conversationId,
          events: server.log(frame.conversationId).slice(frame.from - 1, frame.to)
        })
        break
      case "ack":
        for (const [id, seq] of frame.cursors) if (seq > (this.sentTo.get(id) ?? 0)) this.end(4400)
        break
      case "ping":
        this.send({ op: "pong" })
        break
      case "bye":
        break
    }
  }

  catchUp(): void {
    const { server } = this
    for (const [id, log] of server.logs) {
      const cursor = this.#cursors.get(id)
      const head = log.length
      this.sentTo.set(id, head)
      if (cursor === undefined || head - cursor > server.catchUpMost)
        this.send({ op: "behind", conversationId: id, head })
      else if (cursor > head) this.send({ op: "reset", conversationId: id, head })
      else if (cursor < head) this.send({ op: "events", conversationId: id, events: log.slice(cursor) })
    }
    server.tellReads(...[...server.logs.keys()].filter((id) => id !== personal))
    this.send({ op: "live" })
  }

  #decide(conversationId: ConversationId, id: CommandId, event: Record<string, unknown>): void {
    const { server } = this
    if (server.answers === "none") return
    const log = server.log(conversationId)
    const before = log.find((stored) => stored.id === id)
    const stored = before ?? ({ seq: log.length + 1, id, by: me, at: 1, ...event } as LogEvent)
    if (before === undefined) log.push(stored)
    if (server.answers === "lost") return
    this.sentTo.set(conversationId, Math.max(stored.seq, this.sentTo.get(conversationId) ?? 0))
    this.send({ op: "accepted", id, conversationId, seq: stored.seq, at: stored.at })
  }
}
