/**
 * A server of one user's devices and a friend: the memory store's own state and rules, and a plain gateway whose frames
 * a test may lose or jump over.
 */

import { appendBatch } from "@hibiki/testing/Append"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { addUserTo, type ChatState, headOf, makeChatState, visibleFrom } from "@hibiki/testing/ChatState"
import { ConversationsMemory } from "@hibiki/testing/ConversationsMemory"
import { Effect, Layer } from "effect"
import type { CommandBody } from "../../../src/commands/Command.ts"
import type { Decision } from "../../../src/commands/Decision.ts"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { type CommandId, ConversationId, type DeviceId, Epoch, personalLog, UserId } from "../../../src/domain/Ids.ts"
import type { MessageRow } from "../../../src/domain/MessageRow.ts"
import type { ReadCell } from "../../../src/domain/ReadCell.ts"
import { applyChange, rowOf } from "../../../src/domain/RowRules.ts"
import { Conversations } from "../../../src/ports/Conversations.ts"
import type { ClientFrame } from "../../../src/protocol/ClientFrame.ts"
import type { ServerFrame } from "../../../src/protocol/ServerFrame.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
export const me = UserId.make(uuid(0xa1))
export const friend = UserId.make(uuid(0xa2))
export const rooms = [
  ConversationId.make(uuid(0xc1)),
  ConversationId.make(uuid(0xc2)),
  ConversationId.make(uuid(0xc3))
] as const
/** Shows its members only what happened since they joined. */
export const joinedRoom = rooms[2]

/** More missing than this is told as `behind`. */
const catchUpMost = 6

/** One welcomed socket. */
export interface Peer {
  readonly device: DeviceId
  readonly send: (frame: ServerFrame) => void
  readonly cursors: Map<ConversationId, number>
  readonly places: Map<ConversationId, number>
  isWelcomed: boolean
  /** So many of the next event frames are lost, or told as `behind`. */
  lose: number
  jump: number
}

export class ModelServer {
  state: ChatState = makeChatState(Epoch.make(uuid(0xe1)), 1)
  conversations: Conversations["Type"]
  readonly peers = new Set<Peer>()
  /** By epoch and log: the rows as the viewer sees them after each event, from before any text was blanked. */
  readonly folds = new Map<string, Array<ReadonlyMap<number, MessageRow>>>()
  isBusy = false
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
    this.conversations = this.#fill()
  }

  /** The store was restored to nothing: other logs under the same ids. */
  restore(): void {
    this.state = makeChatState(Epoch.make(uuid(0xe1 + this.folds.size)), 1)
    this.conversations = this.#fill()
  }

  fold(epoch: Epoch | null, log: ConversationId, head: number): ReadonlyMap<number, MessageRow> {
    return this.folds.get(`${epoch} ${log}`)?.[head] ?? new Map()
  }

  now(log: ConversationId): ReadonlyMap<number, MessageRow> {
    return this.fold(this.state.epoch, log, this.state.logs.get(log)?.events.length ?? 0)
  }

  visibleFrom(log: ConversationId): number | undefined {
    const found = this.state.logs.get(log)
    return found === undefined ? undefined : visibleFrom(found, me)
  }

  /** Decides, stores and streams. */
  append(by: UserId, log: ConversationId, body: CommandBody, id?: CommandId, from?: Peer): Decision | undefined {
    const command = { log, id: id ?? this.state.freshId(this.#now()), by, device: null, epoch: this.state.epoch, body }
    const { changes, decisions } = appendBatch(this.state, this.#now(), [command])
    for (const { events, log: changed } of changes) this.#record(changed, events)
    const stored = decisions[0]?._tag === "Appended" ? command.id : undefined
    for (const peer of this.peers)
      if (peer.isWelcomed)
        for (const change of changes) this.#stream(peer, change.log, peer === from ? stored : undefined)
    for (const { cells } of changes) if (cells !== undefined) this.#tellReads(cells)
    return decisions[0]
  }

  /** How far the viewer has read. Whoever is to lose events loses this, too, and is told when it comes back. */
  #tellReads(cells: ReadonlyArray<ReadCell>): void {
    for (const peer of this.peers) if (peer.isWelcomed && peer.lose === 0) peer.send({ op: "reads", cells })
  }

  receive(peer: Peer, frame: ClientFrame): void {
    switch (frame.op) {
      case "hello":
        peer.isWelcomed = true
        peer.send(this.#welcome(peer))
        if (frame.epoch === this.state.epoch) for (const [log, seq] of frame.cursors) peer.cursors.set(log, seq)
        for (const log of this.state.logs.keys()) this.#stream(peer, log)
        peer.send({ op: "reads", cells: Effect.runSync(this.conversations.readCells([me], 0)).of.get(me) ?? [] })
        peer.send({ op: "live" })
        break
      case "post":
        if (this.isBusy)
          peer.send({ op: "busy", conversationId: frame.conversationId, code: "busy", retryAfterMs: 500 })
        else
          for (const post of frame.posts) this.#command(peer, frame.conversationId, post.id, { kind: "post", ...post })
        break
      case "edit":
        this.#command(peer, frame.conversationId, frame.id, { kind: "edit", target: frame.target, text: frame.text })
        break
      case "delete":
        this.#command(peer, frame.conversationId, frame.id, { kind: "delete", target: frame.target })
        break
      case "react":
        this.#command(peer, frame.conversationId, frame.id, {
          kind: frame.on ? "react" : "unreact",
          target: frame.target,
          emoji: frame.emoji
        })
        break
      case "withdraw":
        this.#command(peer, frame.conversationId, frame.id, { kind: "withdraw" })
        break
      case "read":
        this.append(me, personalLog(me), { kind: "read", conversationId: frame.conversationId, upTo: frame.seq })
        break
      case "range":
        this.#range(peer, frame.conversationId, frame.from, frame.to)
        break
      case "ack":
        for (const [log, seq] of frame.cursors)
          if (seq > (peer.places.get(log) ?? Number.POSITIVE_INFINITY))
            throw new Error(`acknowledged ${seq} above what was sent`)
        break
      case "ping":
        peer.send({ op: "pong" })
        break
    }
  }

  #fill(): Conversations["Type"] {
    for (const [userId, handle] of [
      [me, "me"],
      [friend, "friend"]
    ] as const)
      addUserTo(this.state, { userId, handle, displayName: handle, admin: false, invisible: false })
    for (const log of rooms) {
      const history = log === joinedRoom ? "joined" : "all"
      this.append(friend, log, { kind: "create", conversationKind: "group", title: "t", history, members: [me] })
    }
    const { state } = this
    const nothing = () => Effect.die("not here")
    const memory = ChatMemory.of({
      state,
      addUser: nothing,
      addDevice: nothing,
      revokeDevice: nothing,
      hold: nothing,
      cut: nothing
    })
    return Effect.runSync(
      Effect.provide(Conversations, Layer.provide(ConversationsMemory, Layer.succeed(ChatMemory, memory)))
    )
  }

  #record(log: ConversationId, events: ReadonlyArray<LogEvent>): void {
    const key = `${this.state.epoch} ${log}`
    const states = this.folds.get(key) ?? [new Map()]
    this.folds.set(key, states)
    for (const event of events) {
      if (event.seq !== states.length) continue
      const next = new Map(states[event.seq - 1])
      const row = rowOf(event)
      if (row !== undefined) next.set(row.seq, row)
      const target = "target" in event ? next.get(event.target) : undefined
      if (target !== undefined) next.set(target.seq, applyChange(target, event, me))
      states.push(next)
    }
  }

  #welcome({ device }: Peer): ServerFrame {
    const ticket = { resumeTicket: "resume", resumeTicketTtlMs: 600_000, pingIntervalMs: 20_000 }
    return { op: "welcome", version: 1, epoch: this.state.epoch, userId: me, device, ...ticket, at: this.#now() }
  }

  #command(peer: Peer, log: ConversationId, id: CommandId, body: CommandBody): void {
    const decision = this.append(me, log, body, id, peer)
    if (decision?._tag === "Refused") peer.send({ op: "refused", id, conversationId: log, code: decision.code })
    if (decision?._tag === "Repeated")
      peer.send({ op: "accepted", id, conversationId: log, seq: decision.seq, at: decision.at })
  }

  /** `own`: this socket's command, told as accepted in its place. */
  #stream(peer: Peer, id: ConversationId, own?: CommandId): void {
    const log = this.state.logs.get(id)
    const from = log === undefined ? undefined : visibleFrom(log, me)
    if (log === undefined || from === undefined) return void peer.places.delete(id)
    const head = headOf(log)
    let at = peer.places.get(id) ?? this.#place(peer, id, head)
    if (from - 1 > at) {
      peer.send({ op: "withheld", conversationId: id, from: at + 1, to: Math.min(from - 1, head) })
      at = Math.min(from - 1, head)
    }
    peer.places.set(id, head)
    if (at >= head) return
    if (peer.lose > 0) return void peer.lose--
    if (peer.jump > 0 || head - at > catchUpMost) {
      peer.jump = Math.max(0, peer.jump - 1)
      return peer.send({ op: "behind", conversationId: id, head })
    }
    for (const { event } of log.events.slice(at))
      peer.send(
        event.id === own
          ? { op: "accepted", id: event.id, conversationId: id, seq: event.seq, at: event.at }
          : { op: "events", conversationId: id, events: [event] }
      )
  }

  #place(peer: Peer, id: ConversationId, head: number): number {
    const cursor = peer.cursors.get(id)
    peer.cursors.delete(id)
    if (cursor === undefined) peer.send({ op: "behind", conversationId: id, head })
    else if (cursor > head) peer.send({ op: "reset", conversationId: id, head })
    return cursor === undefined || cursor > head ? head : cursor
  }

  #range(peer: Peer, id: ConversationId, from: number, to: number): void {
    const log = this.state.logs.get(id)
    const visible = log === undefined ? undefined : visibleFrom(log, me)
    if (log === undefined || visible === undefined) return
    if (visible > from) peer.send({ op: "withheld", conversationId: id, from, to: Math.min(to, visible - 1) })
    const events = log.events.slice(Math.max(from, visible) - 1, to).map(({ event }) => event)
    if (events.length > 0) peer.send({ op: "events", conversationId: id, events })
  }
}
