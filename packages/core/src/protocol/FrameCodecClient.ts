/**
 * The client's side of the socket codec: server frames are decoded leniently, so that a newer server can be followed by
 * an older client.
 */
import type { LogEvent } from "../domain/Event.ts"
import type { UserPresence } from "../domain/Presence.ts"
import { isUuid } from "../domain/TextRules.ts"
import type { ClientFrame } from "./ClientFrame.ts"
import { parseJson } from "./Json.ts"
import type { ServerFrame } from "./ServerFrame.ts"

/** Longest text that is looked at; a server never sends as much. */
const textMax = 4_194_304

export const encodeClientFrame = (frame: ClientFrame): string => JSON.stringify(frame)

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
