/**
 * The frames that the server sends on the socket. It encodes each once for all receivers. Clients decode leniently, so
 * that an older client can work with a newer server: they ignore unknown fields and unknown ops, and skip unknown event
 * kinds but move the cursor.
 */
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, UserId } from "../domain/Ids.ts"
import type { UserPresence } from "../domain/Presence.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import { isUuid } from "../domain/TextRules.ts"
import { parseJson } from "./Json.ts"

/** Why the server did not take a frame now. None is final: the client sends the same ids again after the delay. */
export type BusyCode =
  /** A queue on the way is too long. */
  | "busy"
  /** A limit of this user or socket. */
  | "rate_limited"
  /** Handed on without an answer since: it may be stored. */
  | "unknown"

export type ServerFrame =
  | {
      readonly op: "welcome"
      readonly version: number
      readonly epoch: Epoch
      readonly userId: UserId
      readonly device: DeviceId
      readonly resumeTicket: string
      readonly resumeTicketTtlMs: number
      readonly pingIntervalMs: number
      readonly at: number
    }
  /** Consecutive events; they follow the client's cursor of that log, or overlap it. */
  | { readonly op: "events"; readonly conversationId: ConversationId; readonly events: ReadonlyArray<LogEvent> }
  /** Stored at `seq`. In its place in the stream it replaces the event itself; elsewhere it moves no cursor. */
  | {
      readonly op: "accepted"
      readonly id: CommandId
      readonly conversationId: ConversationId
      readonly seq: number
      readonly at: number
    }
  /** Final. `retryAfterMs`: the same is possible then, under another id. */
  | {
      readonly op: "refused"
      readonly id: CommandId
      readonly conversationId: ConversationId
      readonly code: RefusalCode | BadFrameCode
      readonly retryAfterMs?: number
    }
  /** `of`: the kind of frame that was not taken, unless it held commands. Commands are not affected then. */
  | {
      readonly op: "busy"
      readonly conversationId: ConversationId
      readonly code: BusyCode
      readonly retryAfterMs: number
      readonly of?: "range"
    }
  /** The stream continues above `head`; the client pages events between its cursor and `head` when it needs them. */
  | { readonly op: "behind"; readonly conversationId: ConversationId; readonly head: number }
  /** This user may not see these events; the cursor moves past them all the same. */
  | { readonly op: "withheld"; readonly conversationId: ConversationId; readonly from: number; readonly to: number }
  /** The cursor is not valid in this log: drop the cached rows of it; the stream continues above `head`. */
  | { readonly op: "reset"; readonly conversationId: ConversationId; readonly head: number }
  /** Everything up to the heads read at hello was sent, or reported as `behind`: the stream is live from here on. */
  | { readonly op: "live" }
  /**
   * The current presence of users that this socket watches: in answer to `watch` all that it may see, then those whose
   * presence changed, at most one frame a second. A user that it may no longer see is sent as offline without `since`,
   * and then not again.
   */
  | { readonly op: "presence"; readonly users: ReadonlyArray<UserPresence> }
  /** Another member is typing there now; no frame reports the end. */
  | { readonly op: "typing"; readonly conversationId: ConversationId; readonly userId: UserId }
  /**
   * The user's read positions in conversations where they changed, and in all conversations before `live`. Sent at
   * least once, in any order: the larger `readUpTo` counts. If the personal log set a mark up to `asOf` and the mark is
   * not here, a read has removed it.
   */
  | { readonly op: "reads"; readonly cells: ReadonlyArray<ReadCell> }
  /**
   * The other side's read position in a direct conversation, and the place up to which one of its devices holds it. A
   * hint: the true values are at least these.
   */
  | {
      readonly op: "cursors"
      readonly conversationId: ConversationId
      readonly userId: UserId
      readonly read?: number
      readonly delivered?: number
    }
  /** This server shuts down: reconnect elsewhere after the delay. */
  | { readonly op: "moving"; readonly retryAfterMs: number }
  | { readonly op: "revoked" }
  /** Answers ping; renews the resume ticket after half of its lifetime. */
  | { readonly op: "pong"; readonly resumeTicket?: string; readonly resumeTicketTtlMs?: number }

export type CursorsFrame = Extract<ServerFrame, { op: "cursors" }>

/**
 * The problem with a frame. If the id of its command could be read, the answer is `refused` with it; otherwise the
 * server closes the socket with `bad_frame`.
 */
export type BadFrameCode =
  | "not_json"
  | "too_deep"
  | "too_large"
  | "unknown_op"
  | "unknown_field"
  | "missing_field"
  | "bad_type"
  | "bad_id"
  | "bad_number"
  | "nul"
  | "surrogate"
  | "too_long"
  | "blank"
  | "too_many_marks"
  | "not_emoji"
  | "too_many"
  | "empty"

/** A server frame encoded once: every socket queues the same object, so that its bytes are made once too. */
export class EncodedFrame {
  /** The framed bytes, cached here by the transport at the first write. */
  wire: Uint8Array | undefined = undefined

  /**
   * `isShared`: several sockets may get it, so that caching its bytes pays. May be set when a second socket gets it,
   * before any bytes are made.
   */
  constructor(
    readonly text: string,
    public isShared = true
  ) {}

  /**
   * At least the bytes on the wire, at most three times that; exact for ASCII once doubled texts are rare. Used for
   * bounds only.
   */
  get size(): number {
    return this.wire?.length ?? this.text.length
  }
}

export const encodeFrame = (frame: ServerFrame): EncodedFrame => new EncodedFrame(JSON.stringify(frame))

/** A frame for one socket alone. */
export const encodeOwnFrame = (frame: ServerFrame): EncodedFrame => new EncodedFrame(JSON.stringify(frame), false)

/** JSON of one event, as `eventsFrame` joins them. */
export const encodeEvent = (event: LogEvent): string => JSON.stringify(event)

/** An `events` frame of events that are already encoded. */
export const eventsFrame = (log: ConversationId, events: ReadonlyArray<string>, isShared = true): EncodedFrame => {
  // Built piece by piece, long texts are copied once, when the bytes are made; joined first, they would be copied
  // twice.
  let text = `{"op":"events","conversationId":"${log}","events":[`
  for (let i = 0; i < events.length; i++) text += i === 0 ? events[i] : `,${events[i]}`
  return new EncodedFrame(`${text}]}`, isShared)
}

/** A `presence` frame of users whose presence is already encoded. 200 of them stay well below the frame bound. */
export const presenceFrame = (users: ReadonlyArray<string>): EncodedFrame =>
  new EncodedFrame(`{"op":"presence","users":[${users.join(",")}]}`)

/** UTF-16 units of event JSON in one frame; UTF-8 needs at most three bytes a unit, and 64 KiB is a frame's bound. */
const unitsPerFrame = 20_000

interface EventRun {
  readonly frame: EncodedFrame
  readonly last: number
}

/**
 * Frames for a run of consecutive events, none above the frame bound, each with the last seq in it. Each frame is made
 * on first request, so that a reader may stop early, and only once for all readers.
 */
export class EventRuns implements Iterable<EventRun> {
  /**
   * Whether several sockets may ask, so that caching the frames' bytes pays. Set it before the first one asks.
   */
  isShared = false
  readonly #made: Array<EventRun> = []
  #next = 0

  constructor(
    private readonly log: ConversationId,
    private readonly events: ReadonlyArray<LogEvent>
  ) {}

  *[Symbol.iterator](): Generator<EventRun, undefined> {
    for (let i = 0; ; i++) {
      const run = this.#made[i] ?? this.#make()
      if (run === undefined) return undefined
      yield run
    }
  }

  #make(): EventRun | undefined {
    const texts: Array<string> = []
    let units = 0
    for (; this.#next < this.events.length; this.#next++) {
      const event = this.events[this.#next]
      if (event === undefined) break
      const text = encodeEvent(event)
      if (texts.length > 0 && units + text.length > unitsPerFrame) break
      texts.push(text)
      units += text.length
    }
    const last = this.events[this.#next - 1]
    if (texts.length === 0 || last === undefined) return undefined
    const run = { frame: eventsFrame(this.log, texts, this.isShared), last: last.seq }
    this.#made.push(run)
    return run
  }
}

/** All frames of a run of events, for one socket until they are marked as shared. */
export const eventFrames = (log: ConversationId, events: ReadonlyArray<LogEvent>): ReadonlyArray<EncodedFrame> => {
  const [first] = events
  // The usual run: a message in a conversation of two.
  if (first !== undefined && events.length === 1) return [eventsFrame(log, [encodeEvent(first)], false)]
  return Array.from(new EventRuns(log, events), ({ frame }) => frame)
}

/** Longest text that is decoded; a server never sends as much. */
const textMax = 4_194_304

/**
 * Returns the frame, or undefined if it is not usable: not JSON, an unknown op, or a known one of another shape.
 * Ignores unknown fields. An event of an unknown kind, or of a known kind with other fields, keeps its seq and moves
 * the cursor, but is not folded. From `presence`, it leaves out users whose state can't be read and unknown kinds of
 * devices.
 */
export const decodeServerFrame = (text: string): ServerFrame | undefined => {
  if (text.length > textMax) return undefined
  const frame = parseJson(text)
  if (!isObject(frame)) return undefined
  if (!isServerFrame(frame)) return undefined
  switch (frame.op) {
    case "events":
      return { ...frame, events: frame.events.map(usable) }
    case "presence":
      return { ...frame, users: frame.users.filter(isPresence).map(knownKinds) }
    default:
      return frame
  }
}

interface Json {
  readonly [field: string]: unknown
}

const isServerFrame = (frame: object): frame is ServerFrame => {
  const f = frame as Json
  switch (f.op) {
    case "events":
      return isUuid(f.conversationId) && Array.isArray(f.events) && f.events.every(isPlaced)
    case "accepted":
      return isUuid(f.id) && isUuid(f.conversationId) && isSeq(f.seq) && isSeq(f.at)
    case "refused":
      return (
        isUuid(f.id) &&
        isUuid(f.conversationId) &&
        isText(f.code) &&
        (f.retryAfterMs === undefined || isDelay(f.retryAfterMs))
      )
    case "busy":
      return (
        isUuid(f.conversationId) && isText(f.code) && isDelay(f.retryAfterMs) && (f.of === undefined || isText(f.of))
      )
    case "behind":
    case "reset":
      return isUuid(f.conversationId) && isSeq(f.head)
    case "withheld":
      return isUuid(f.conversationId) && isSeq(f.from) && isSeq(f.to) && f.from <= f.to
    case "moving":
      return isDelay(f.retryAfterMs)
    case "pong":
      return f.resumeTicket === undefined ? true : isText(f.resumeTicket) && isDelay(f.resumeTicketTtlMs)
    case "welcome":
      return (
        isSeq(f.version) &&
        isUuid(f.epoch) &&
        isUuid(f.userId) &&
        isUuid(f.device) &&
        isText(f.resumeTicket) &&
        isDelay(f.resumeTicketTtlMs) &&
        isDelay(f.pingIntervalMs) &&
        isSeq(f.at)
      )
    case "presence":
      return Array.isArray(f.users)
    case "typing":
      return isUuid(f.conversationId) && isUuid(f.userId)
    case "cursors":
      return (
        isUuid(f.conversationId) &&
        isUuid(f.userId) &&
        (f.read === undefined || isSeq(f.read)) &&
        (f.delivered === undefined || isSeq(f.delivered))
      )
    case "reads":
      return Array.isArray(f.cells) && f.cells.every(isCell)
    case "live":
    case "revoked":
      return true
    default:
      return false
  }
}

const isCell = (cell: unknown): boolean =>
  isObject(cell) &&
  isUuid(cell.conversationId) &&
  isSeq(cell.asOf) &&
  isSeq(cell.readUpTo) &&
  (cell.markedUnreadAt === undefined
    ? cell.markedSeq === undefined
    : isSeq(cell.markedUnreadAt) && isSeq(cell.markedSeq))

const isPresence = (user: unknown): boolean =>
  isObject(user) &&
  isUuid(user.userId) &&
  (user.state === "active" || user.state === "idle" || user.state === "offline") &&
  Array.isArray(user.kinds) &&
  (user.since === undefined || isSeq(user.since))

const knownKinds = (user: UserPresence): UserPresence => {
  const kinds = user.kinds.filter((kind: string) => kind === "terminal" || kind === "browser" || kind === "bot")
  return kinds.length === user.kinds.length ? user : { ...user, kinds }
}

/** Checks only that the event has a place; the feed checks that events are consecutive. */
const isPlaced = (event: unknown): boolean => isObject(event) && isSeq(event.seq) && event.seq > 0

/** The event when its kind's fields are valid; else only the part that moves the cursor. */
const usable = (event: LogEvent): LogEvent =>
  isUuid(event.id) && isUuid(event.by) && isSeq(event.at) && hasFields(event)
    ? event
    : ({ seq: event.seq, kind: "unknown" } as unknown as LogEvent)

/**
 * Whether the fields of a known kind have their types; an unknown kind always passes. By hand: Schemas would add 16 KB
 * to a page; a test compares both.
 */
const hasFields = (event: LogEvent): boolean => {
  const e = event as unknown as Json
  switch (e.kind) {
    case "posted":
      return isText(e.text) && (e.replyTo === undefined || isSeq(e.replyTo)) && isMark(e.blanked)
    case "edited":
      return isSeq(e.target) && isText(e.text) && isMark(e.blanked)
    case "deleted":
    case "pinned":
    case "unpinned":
      return isSeq(e.target)
    case "reacted":
    case "unreacted":
      return isSeq(e.target) && isText(e.emoji)
    case "created":
      return isText(e.conversationKind) && isText(e.title) && isText(e.history) && areUuids(e.members)
    case "joined":
      return areUuids(e.userIds)
    case "left":
      return isUuid(e.userId) && isMark(e.banned)
    case "banned":
    case "unbanned":
      return isUuid(e.userId)
    case "renamed":
      return isText(e.title)
    case "roleChanged":
      return isUuid(e.userId) && isText(e.role)
    case "rulesChanged":
      return isText(e.post) && isText(e.add) && isSeq(e.slowSeconds)
    case "closed":
    case "reopened":
      return isMark(e.operator)
    case "added":
    case "removed":
      return isUuid(e.conversationId)
    case "markedUnread":
      return isUuid(e.conversationId) && isSeq(e.upTo)
    case "muted":
    case "favourite":
      return isUuid(e.conversationId) && typeof e.on === "boolean"
    case "profileChanged":
      return isText(e.displayName)
    case "settingsChanged":
      return typeof e.invisible === "boolean"
    case "blocked":
      return isUuid(e.userId) && typeof e.on === "boolean"
    case "deviceAdded":
      return isUuid(e.deviceId) && isText(e.deviceName)
    case "deviceRevoked":
      return isUuid(e.deviceId)
    default:
      return isText(e.kind)
  }
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string"
const isSeq = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0
const isMark = (value: unknown): boolean => value === undefined || value === true
const isDelay = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0
const areUuids = (value: unknown): boolean => Array.isArray(value) && value.every(isUuid)
