/**
 * What the server sends on the socket: encoded once for all who get it, and decoded leniently, so that an older client
 * can follow a newer server. Clients ignore unknown fields and unknown ops, and skip unknown event kinds with their
 * cursor moved.
 */
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, UserId } from "../domain/Ids.ts"
import type { UserPresence } from "../domain/Presence.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import { isUuid } from "../domain/TextRules.ts"
import { parseJson } from "./Json.ts"

/** Why a frame was not taken now. None is final: the same ids are sent again after the delay. */
export type BusyCode =
  /** Too much is waiting somewhere on the way. */
  | "busy"
  /** A limit of this user or socket. */
  | "rate_limited"
  /** Handed on, and not heard of since: it may be stored. */
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
  /** Stored at `seq`. In its place in the stream it stands for the event itself; elsewhere it moves no cursor. */
  | {
      readonly op: "accepted"
      readonly id: CommandId
      readonly conversationId: ConversationId
      readonly seq: number
      readonly at: number
    }
  /** Final. */
  | {
      readonly op: "refused"
      readonly id: CommandId
      readonly conversationId: ConversationId
      readonly code: RefusalCode | BadFrameCode
    }
  /** `of`: what was not taken, if it was no frame of commands. Those are not concerned then. */
  | {
      readonly op: "busy"
      readonly conversationId: ConversationId
      readonly code: BusyCode
      readonly retryAfterMs: number
      readonly of?: "range"
    }
  /** The stream goes on above `head`; what lies between the client's cursor and it is paged when needed. */
  | { readonly op: "behind"; readonly conversationId: ConversationId; readonly head: number }
  /** These events are not for this user; they move the cursor all the same. */
  | { readonly op: "withheld"; readonly conversationId: ConversationId; readonly from: number; readonly to: number }
  /** The cursor means nothing in this log: drop what is cached of it; the stream goes on above `head`. */
  | { readonly op: "reset"; readonly conversationId: ConversationId; readonly head: number }
  /** Everything up to the heads read at hello was sent, or told as `behind`: from here on it is live. */
  | { readonly op: "live" }
  /**
   * What is known now of users that this socket watches: all that it may see in answer to `watch`, then those of whom
   * something changed, at most one frame a second. One whom it may no longer see comes as offline without `since`, and
   * is not told of again.
   */
  | { readonly op: "presence"; readonly users: ReadonlyArray<UserPresence> }
  /** Another member writes something there now; nothing says that it stopped. */
  | { readonly op: "typing"; readonly conversationId: ConversationId; readonly userId: UserId }
  /**
   * How far the user has read, of conversations where that changed, and of all before `live`. Told at least once, in
   * any order: the larger `readUpTo` counts. A mark that the personal log set up to `asOf` and that is not here was
   * taken away by a read.
   */
  | { readonly op: "reads"; readonly cells: ReadonlyArray<ReadCell> }
  /**
   * How far the other side of a direct conversation has read, and how far one of its devices holds it. A hint: at least
   * so far.
   */
  | {
      readonly op: "cursors"
      readonly conversationId: ConversationId
      readonly userId: UserId
      readonly read?: number
      readonly delivered?: number
    }
  /** This server goes away: come back elsewhere after the delay. */
  | { readonly op: "moving"; readonly retryAfterMs: number }
  | { readonly op: "revoked" }
  /** Answers ping; renews the resume ticket when its half-life has passed. */
  | { readonly op: "pong"; readonly resumeTicket?: string; readonly resumeTicketTtlMs?: number }

export type CursorsFrame = Extract<ServerFrame, { op: "cursors" }>

/**
 * What was wrong with a frame. A command whose id could be read is answered `refused` with it; else the socket is
 * closed with `bad_frame`.
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

/** A server frame encoded once: the same object is queued for every socket, so that its bytes are made once too. */
export class EncodedFrame {
  /** The framed bytes, kept here by the transport at the first write. */
  wire: Uint8Array | undefined = undefined

  /**
   * `isShared`: it may go to several sockets, so that its bytes are worth keeping. May be set as a second one gets it,
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

/** An `events` frame of events that were encoded before. */
export const eventsFrame = (log: ConversationId, events: ReadonlyArray<string>, isShared = true): EncodedFrame => {
  // Put together piece by piece, long texts are copied once, when the bytes are made; joined first, they would be
  // copied twice.
  let text = `{"op":"events","conversationId":"${log}","events":[`
  for (let i = 0; i < events.length; i++) text += i === 0 ? events[i] : `,${events[i]}`
  return new EncodedFrame(`${text}]}`, isShared)
}

/** A `presence` frame of users whose presence was encoded before. 200 of them stay well below the frame bound. */
export const presenceFrame = (users: ReadonlyArray<string>): EncodedFrame =>
  new EncodedFrame(`{"op":"presence","users":[${users.join(",")}]}`)

/** UTF-16 units of event JSON in one frame; UTF-8 needs at most three bytes a unit, and 64 KiB is a frame's bound. */
const unitsPerFrame = 20_000

interface EventRun {
  readonly frame: EncodedFrame
  readonly last: number
}

/**
 * Frames for a run of consecutive events, none above the frame bound, each with the last seq in it. A frame is made
 * when it is first asked for, so that a reader may stop, and once for all who ask.
 */
export class EventRuns implements Iterable<EventRun> {
  /**
   * Whether several sockets may ask, so that the frames' bytes are worth keeping. To be set before the first one asks.
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
  // Most runs: a message in a conversation of two.
  if (first !== undefined && events.length === 1) return [eventsFrame(log, [encodeEvent(first)], false)]
  return Array.from(new EventRuns(log, events), ({ frame }) => frame)
}

/** Longest text that is looked at; a server never sends as much. */
const textMax = 4_194_304

/**
 * The frame, or undefined for what can't be used: not JSON, an unknown op, or a known one of another shape. Unknown
 * fields are let through unread.
 * An event of an unknown kind, or of a known kind with other fields, keeps its seq and moves the cursor; nothing folds
 * it. Of `presence` users whose state can't be read are left out, and so are kinds of devices that are not known here.
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
      return isUuid(f.id) && isUuid(f.conversationId) && isText(f.code)
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

/** Its place is known, and consecutive events are the feed's to check. */
const isPlaced = (event: unknown): boolean => isObject(event) && isSeq(event.seq) && event.seq > 0

/** The event when its kind's fields are there; else only what moves the cursor. */
const usable = (event: LogEvent): LogEvent =>
  isUuid(event.id) && isUuid(event.by) && isSeq(event.at) && hasFields(event)
    ? event
    : ({ seq: event.seq, kind: "unknown" } as unknown as LogEvent)

/**
 * Whether the fields of a known kind are of their types; any of an unknown kind are. By hand: Schemas would be 16 KB
 * more for a page to load; a test holds both equal.
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
      return isUuid(e.userId)
    case "renamed":
      return isText(e.title)
    case "roleChanged":
      return isUuid(e.userId) && isText(e.role)
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
