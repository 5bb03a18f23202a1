/**
 * A run as a right system would have made it, written down as it goes: devices, sockets, logs, and a gateway that does
 * what it should.
 */
import type { LogEvent } from "@hibiki/core/domain/Event"
import { CommandId, type ConversationId, DeviceId, InstanceId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { applyChange, readableFrom, rowOf } from "@hibiki/core/domain/RowRules"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import type { FinalView, HistoryEntry, ShownRow } from "../../src/checker/History.ts"
import { blanked, type Content, contentOf, type DeviceBody, type SpoilableHistory } from "./runEvents.ts"

type Entry = HistoryEntry extends infer E ? (E extends HistoryEntry ? Omit<E, "at"> : never) : never
export interface Device {
  readonly id: DeviceId
  readonly user: UserId
  socket: number | undefined
  /** Of conversations in which it has a place on its socket. */
  readonly live: Set<ConversationId>
  readonly places: Map<ConversationId, number>
  /** Handed over on this socket, and not answered. */
  readonly pending: Set<CommandId>
}

export interface Log {
  readonly id: ConversationId
  readonly kind: "direct" | "group" | "channel" | "personal"
  readonly history: "all" | "joined"
  readonly users: ReadonlyArray<UserId>
  readonly events: Array<LogEvent>
  /** The seq that made each member one. */
  readonly members: Map<UserId, number>
}

export const uuid = (kind: number, n: number): string =>
  `0000000${kind}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`

export class Run {
  readonly entries: Array<HistoryEntry> = []
  readonly logs = new Map<ConversationId, Log>()
  readonly devices: Array<Device> = []
  readonly gone = new Set<DeviceId>()
  /** How far each user has read each conversation. */
  readonly read = new Map<string, number>()
  now = 0
  /** Rows of each reader as far as they were folded. */
  readonly #folds = new Map<string, { upTo: number; readonly rows: Map<number, MessageRow> }>()
  #ids = 0
  #sockets = 0
  #calls = 0

  write(entry: Entry): void {
    this.entries.push({ ...entry, at: this.now++ })
  }

  freshId(): CommandId {
    return CommandId.make(uuid(4, ++this.#ids))
  }

  log(id: ConversationId): Log {
    const log = this.logs.get(id)
    if (log === undefined) throw new Error(`No log ${id}`)
    return log
  }

  head(id: ConversationId): number {
    return this.log(id).events.length
  }

  addLog(log: Pick<Log, "id" | "kind" | "history" | "users">): Log {
    const made: Log = { ...log, events: [], members: new Map(log.users.map((user) => [user, 0])) }
    this.logs.set(log.id, made)
    return made
  }

  signIn(user: UserId, n: number): Device {
    const device: Device = {
      id: DeviceId.make(uuid(2, n)),
      user,
      socket: undefined,
      live: new Set(),
      places: new Map(),
      pending: new Set()
    }
    const personal = personalLog(user)
    if (!this.logs.has(personal)) this.addLog({ id: personal, kind: "personal", history: "all", users: [user] })
    this.devices.push(device)
    this.write({ _tag: "signedIn", device: device.id, userId: user })
    return device
  }

  /** Dials and states its places, and is sent what is missing. */
  open(device: Device, most = 1_000): void {
    const socket = ++this.#sockets
    device.socket = socket
    this.write({ _tag: "opened", device: device.id, socket })
    const cursors = [...device.places].filter(([id]) => this.log(id).members.has(device.user))
    const instance = InstanceId.make(uuid(5, socket))
    this.send(device, {
      op: "hello",
      version: 1,
      ticket: "",
      device: device.id,
      instance,
      epoch: null,
      cursors,
      last: true
    })
    for (const log of this.logs.values()) if (log.members.has(device.user)) this.enter(device, log.id, most)
    this.receive(device, { op: "live" })
  }

  close(device: Device): void {
    if (device.socket === undefined) return
    this.write({ _tag: "closed", device: device.id, socket: device.socket, code: 1006 })
    device.socket = undefined
    device.live.clear()
    device.pending.clear()
  }

  /** Takes the device's place in a log: from where it stands, or `behind`. */
  enter(device: Device, conversationId: ConversationId, most: number): void {
    const head = this.head(conversationId)
    const place = device.places.get(conversationId)
    device.live.add(conversationId)
    if (place === undefined || head - place > most) {
      device.places.set(conversationId, head)
      this.receive(device, { op: "behind", conversationId, head })
      this.show(device, conversationId, place ?? 0)
      if (this.log(conversationId).kind !== "personal") this.page(device, conversationId)
    } else {
      const from = this.visibleFrom(device.user, conversationId)
      if (place + 1 < from) {
        this.receive(device, { op: "withheld", conversationId, from: place + 1, to: from - 1 })
        device.places.set(conversationId, from - 1)
      }
      this.catchUp(device, conversationId)
    }
  }

  visibleFrom(user: UserId, conversationId: ConversationId): number {
    const { history, members } = this.log(conversationId)
    return history === "joined" ? Math.max(1, members.get(user) ?? 1) : 1
  }

  page(device: Device, conversationId: ConversationId): void {
    const call = ++this.#calls
    this.write({ _tag: "called", device: device.id, call, name: "conversation.history" })
    const rows = this.rows(device.user, conversationId, this.head(conversationId))
    this.write({ _tag: "answered", device: device.id, call, isOk: true, conversationId, rows })
    this.show(device, conversationId)
  }

  call(device: Device, name: string, isOk = true): void {
    const call = ++this.#calls
    this.write({ _tag: "called", device: device.id, call, name })
    this.write({ _tag: "answered", device: device.id, call, isOk })
  }

  send(device: Device, frame: Extract<HistoryEntry, { _tag: "sent" }>["frame"]): void {
    if (device.socket !== undefined) this.write({ _tag: "sent", device: device.id, socket: device.socket, frame })
  }

  receive(device: Device, frame: ServerFrame): void {
    if (device.socket !== undefined) this.write({ _tag: "received", device: device.id, socket: device.socket, frame })
  }

  /** Everything above its place, in one frame, with what it waits for told as accepted. */
  catchUp(device: Device, conversationId: ConversationId): void {
    if (device.socket === undefined || !device.live.has(conversationId)) return
    let run: Array<LogEvent> = []
    const flush = () => {
      if (run.length > 0) this.receive(device, { op: "events", conversationId, events: run })
      run = []
    }
    const missing = this.log(conversationId).events.slice(device.places.get(conversationId) ?? 0)
    for (const event of readableFrom(this.visibleFrom(device.user, conversationId), missing)) {
      if (device.pending.delete(event.id)) {
        flush()
        this.receive(device, { op: "accepted", id: event.id, conversationId, seq: event.seq, at: event.at })
      } else run.push(event)
    }
    flush()
    device.places.set(conversationId, this.head(conversationId))
    if (this.log(conversationId).kind !== "personal") this.show(device, conversationId)
  }

  deliver(conversationId: ConversationId, except?: Device): void {
    for (const device of this.devices) if (device !== except) this.catchUp(device, conversationId)
  }

  submit(device: Device, conversationId: ConversationId, body: DeviceBody, id = this.freshId()): CommandId {
    this.write({ _tag: "submitted", device: device.id, conversationId, id, body })
    this.handOver(device, conversationId, body, id)
    return id
  }

  handOver(device: Device, conversationId: ConversationId, body: DeviceBody, id: CommandId): void {
    if (device.socket === undefined) return
    device.pending.add(id)
    if (body.kind === "post")
      this.send(device, { op: "post", conversationId, posts: [{ id, text: body.text, replyTo: body.replyTo }] })
    else if (body.kind === "edit")
      this.send(device, { op: "edit", id, conversationId, target: body.target, text: body.text })
    else if (body.kind === "delete") this.send(device, { op: "delete", id, conversationId, target: body.target })
    else if (body.kind === "withdraw") this.send(device, { op: "withdraw", id, conversationId })
    else
      this.send(device, {
        op: "react",
        id,
        conversationId,
        target: body.target,
        emoji: body.emoji,
        on: body.kind === "react"
      })
  }

  /** Stores an event; a deleted text is blank from here on. */
  commit(
    conversationId: ConversationId,
    by: UserId,
    content: Content,
    id = this.freshId(),
    seq = this.head(conversationId) + 1
  ): LogEvent {
    const { events } = this.log(conversationId)
    const event: LogEvent = { seq, id, by, at: this.now, ...content }
    events.push(event)
    if (event.kind === "deleted")
      for (let i = 0; i < events.length; i++) events[i] = blanked(events[i] ?? event, event.target)
    this.write({ _tag: "committed", conversationId, events: [event] })
    return event
  }

  /** A command from the person to everybody's screen. */
  act(device: Device, conversationId: ConversationId, body: DeviceBody): number {
    const id = this.submit(device, conversationId, body)
    const { seq } = this.commit(conversationId, device.user, contentOf(body), id)
    this.deliver(conversationId)
    return seq
  }

  refuse(
    device: Device,
    conversationId: ConversationId,
    id: CommandId,
    code: Extract<ServerFrame, { op: "refused" }>["code"]
  ): void {
    device.pending.delete(id)
    this.receive(device, { op: "refused", id, conversationId, code })
  }

  create(device: Device, id: ConversationId, history: "all" | "joined", users: ReadonlyArray<UserId>): void {
    this.addLog({ id, kind: "group", history, users: [] })
    this.commit(id, device.user, {
      kind: "created",
      conversationKind: "group",
      title: "Plans",
      history,
      members: users
    })
    for (const user of users) this.admit(id, user)
  }

  join(id: ConversationId, by: UserId, user: UserId): void {
    this.commit(id, by, { kind: "joined", userIds: [user] })
    this.deliver(id)
    this.admit(id, user)
  }

  leave(id: ConversationId, by: UserId, user: UserId): void {
    this.commit(id, by, { kind: "left", userId: user })
    this.deliver(id)
    this.log(id).members.delete(user)
    for (const device of this.devices.filter((other) => other.user === user)) {
      // One that is away does not know, and states its place when it comes back.
      if (device.live.delete(id)) device.places.delete(id)
    }
  }

  admit(id: ConversationId, user: UserId): void {
    this.log(id).members.set(user, this.head(id))
    this.read.set(`${user} ${id}`, this.head(id))
    for (const device of this.devices)
      if (device.user === user && device.socket !== undefined) this.enter(device, id, 0)
  }

  /** The store writes how far a user has read, and the devices that are there are told. */
  move(user: UserId, conversationId: ConversationId, readUpTo: number, markedSeq?: number): void {
    const cells = [
      {
        conversationId,
        asOf: this.head(personalLog(user)),
        readUpTo,
        ...(markedSeq === undefined ? {} : { markedUnreadAt: 1, markedSeq })
      }
    ]
    this.write({ _tag: "moved", userId: user, cells })
    for (const device of this.devices)
      if (device.user === user && device.socket !== undefined) this.receive(device, { op: "reads", cells })
  }

  readAll(device: Device, conversationId: ConversationId): void {
    const upTo = device.places.get(conversationId) ?? 0
    const key = `${device.user} ${conversationId}`
    if (upTo <= (this.read.get(key) ?? 0)) return
    this.read.set(key, upTo)
    this.move(device.user, conversationId, upTo)
    this.write({ _tag: "readShown", device: device.id, conversationId, upTo })
  }

  /**
   * What a device shows: rows up to its place, with those up to `stale` not asked about since, and a gap behind them.
   */
  show(device: Device, conversationId: ConversationId, stale?: number): void {
    const place = device.places.get(conversationId) ?? 0
    const rows = this.rows(device.user, conversationId, place)
    const entries: Array<ShownRow> = rows
      .filter((row) => stale === undefined || row.seq <= stale)
      .map((row) => ({ _tag: "row", row, stale: stale !== undefined, changing: false }))
    if (stale !== undefined && stale < place) entries.push({ _tag: "gap", from: stale + 1, to: place })
    this.write({ _tag: "shown", device: device.id, conversationId, entries })
  }

  rows(user: UserId, conversationId: ConversationId, upTo: number): ReadonlyArray<MessageRow> {
    const from = this.visibleFrom(user, conversationId)
    const key = `${user} ${conversationId} ${from}`
    const known = this.#folds.get(key)
    const fold = known === undefined || known.upTo > upTo ? { upTo: 0, rows: new Map<number, MessageRow>() } : known
    for (const event of this.log(conversationId).events.slice(fold.upTo, upTo)) {
      const row = rowOf(event)
      if (row !== undefined && event.seq >= from) fold.rows.set(event.seq, row)
      const target = "target" in event ? fold.rows.get(event.target) : undefined
      if (target !== undefined) fold.rows.set(target.seq, applyChange(target, event, user))
    }
    fold.upTo = upTo
    if ((known?.upTo ?? 0) <= upTo) this.#folds.set(key, fold)
    return [...fold.rows.values()]
  }

  /** Everybody is back and has everything. */
  quiesce(): void {
    for (const device of this.devices) {
      if (this.gone.has(device.id)) continue
      if (device.socket === undefined) this.open(device)
      for (const id of device.live) this.catchUp(device, id)
    }
  }

  history(): SpoilableHistory {
    const views: Array<FinalView> = []
    for (const device of this.devices) {
      for (const log of this.logs.values()) {
        if (log.kind === "personal" || !log.members.has(device.user)) continue
        const fresh = this.rows(device.user, log.id, this.head(log.id))
        const upTo = this.read.get(`${device.user} ${log.id}`) ?? 0
        const unread = fresh.filter(
          (row) => row.kind === "posted" && row.by !== device.user && !row.deleted && row.seq > upTo
        ).length
        const shown: ReadonlyArray<ShownRow> = fresh.map((row) => ({ _tag: "row", row, stale: false, changing: false }))
        const both = <A>(value: A) => ({ shown: value, fresh: value })
        const counts = {
          readUpTo: both(upTo),
          marked: both(0),
          unread: both(unread),
          mentions: both(0),
          flags: { shown: [], fresh: [] }
        }
        views.push({ device: device.id, conversationId: log.id, shown, fresh, ...counts, unsettled: [] })
      }
    }
    const logs = [...this.logs.values()].map(({ events, history, id, kind, users }) => ({
      conversationId: id,
      kind,
      history,
      members: users,
      events
    }))
    // Through text, so that no two places of the history are one object.
    const copy: Omit<SpoilableHistory, "gone"> = JSON.parse(JSON.stringify({ entries: this.entries, logs, views }))
    return { ...copy, gone: new Set(this.gone) }
  }
}
