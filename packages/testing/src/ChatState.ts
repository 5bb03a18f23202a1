/** The state that the memory stores share: every log with its events, rows, members and decided ids, as plain data. */
import type { Ban, Cursor } from "@hibiki/core/commands/LogOverlay"
import { type Closed, type ConversationRules, openRules } from "@hibiki/core/domain/ConversationRules"
import type { ConversationKind, HistoryRule, LogEvent, Role } from "@hibiki/core/domain/Event"
import type { Flag } from "@hibiki/core/domain/Flags"
import {
  CommandId,
  type ConversationId,
  type DeviceId,
  type Epoch,
  personalLog,
  type UserId
} from "@hibiki/core/domain/Ids"
import type { MessageRow, Reaction } from "@hibiki/core/domain/MessageRow"
import type { DeviceKind } from "@hibiki/core/domain/Presence"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { compareCodePoints } from "@hibiki/core/domain/RowRules"
import { uuidV7 } from "@hibiki/core/domain/Uuid"

export interface MemoryMember {
  readonly role: Role
  /** The seq of the event that made the membership; 0 in a direct conversation. */
  readonly joinedSeq: number
  readonly postedAt?: number | undefined
  readonly readUpTo: number
  readonly mark: Cursor["mark"]
  readonly flags: ReadonlySet<Flag>
}

export interface StoredEvent {
  event: LogEvent
  /** As in the commands' StoredEvent. */
  asked: object | false | undefined
}

/** A row without reactions, and the people who reacted: its look depends on the viewer. */
export interface MemoryRow {
  row: MessageRow
  readonly reactions: Map<string, Set<UserId>>
}

export interface MemoryLog {
  readonly id: ConversationId
  readonly kind: ConversationKind | "personal"
  title: string
  readonly history: HistoryRule
  rules: ConversationRules
  closed: Closed | undefined
  /**
   * The first stored seq. Cutting hides the events below; the array retains them, so that `seq - 1` stays the index.
   */
  first: number
  lastAt: number
  readonly events: Array<StoredEvent>
  readonly rows: Map<number, MemoryRow>
  readonly members: Map<UserId, MemoryMember>
  readonly bans: Map<UserId, Ban>
  /** Ids that were refused or withdrawn. Never deleted: no test lives for 30 days. */
  readonly decided: Map<CommandId, { readonly by: UserId; readonly code: RefusalCode }>
}

export interface MemoryUser {
  readonly userId: UserId
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
  readonly invisible: boolean
}

export interface MemoryDevice {
  readonly userId: UserId
  readonly kind: DeviceKind
  sessionVersion: number
  revokedAt: number | undefined
  /** Its sign-in expires then, whatever it does; undefined: never. */
  expiresAt?: number | undefined
}

export interface ChatState {
  readonly epoch: Epoch
  readonly logs: Map<ConversationId, MemoryLog>
  readonly users: Map<UserId, MemoryUser>
  readonly devices: Map<DeviceId, MemoryDevice>
  /** The users whom each user blocks; absent: nobody. */
  readonly blocks: Map<UserId, ReadonlySet<UserId>>
  /** Logs that are locked elsewhere, with the number of holders. */
  readonly held: Map<ConversationId, number>
  /** An id that no command has. */
  readonly freshId: (atMs: number) => CommandId
}

/** An empty state. `salt` separates the ids that two states make. */
export const makeChatState = (epoch: Epoch, salt: number): ChatState => ({
  epoch,
  logs: new Map(),
  users: new Map(),
  devices: new Map(),
  blocks: new Map(),
  held: new Map(),
  freshId: makeFreshIds(salt)
})

/** Adds a user with an empty personal log. A repeated id changes nothing. */
export const addUserTo = (state: ChatState, user: MemoryUser): void => {
  if (state.users.has(user.userId)) return
  state.users.set(user.userId, user)
  state.logs.set(
    personalLog(user.userId),
    makeLog({ id: personalLog(user.userId), kind: "personal", title: "", history: "all" })
  )
}

export const makeLog = (fields: Pick<MemoryLog, "id" | "kind" | "title" | "history">): MemoryLog => ({
  ...fields,
  rules: openRules,
  closed: undefined,
  first: 1,
  lastAt: 0,
  events: [],
  rows: new Map(),
  members: new Map(),
  bans: new Map(),
  decided: new Map()
})

export const headOf = (log: MemoryLog): number => log.events.length

/** The first seq that a member may read; undefined for others. A personal log has its user as its only reader. */
export const visibleFrom = (log: MemoryLog, userId: UserId): number | undefined => {
  if (log.kind === "personal") return log.id === (userId as string) ? log.first : undefined
  const member = log.members.get(userId)
  if (member === undefined) return undefined
  return Math.max(log.first, log.history === "joined" ? member.joinedSeq : 1)
}

/**
 * Whether the user may know that the log exists: their own personal log, and conversations that they are or were in.
 */
export const knows = (log: MemoryLog, userId: UserId): boolean =>
  log.id === personalLog(userId) ||
  log.members.has(userId) ||
  log.events.some(({ event }) => event.kind === "left" && event.userId === userId)

export const setBlock = (state: ChatState, userId: UserId, blocked: UserId, on: boolean): void => {
  const others = [...(state.blocks.get(userId) ?? [])].filter((other) => other !== blocked)
  state.blocks.set(userId, new Set(on ? [...others, blocked] : others))
}

export const blocks = (state: ChatState, userId: UserId, other: UserId): boolean =>
  state.blocks.get(userId)?.has(other) === true

export const visibleRow = (log: MemoryLog, userId: UserId, seq: number): MemoryRow | undefined => {
  const from = visibleFrom(log, userId)
  return from !== undefined && seq >= from ? log.rows.get(seq) : undefined
}

/** The row as one viewer sees it. */
export const rowFor = (memory: MemoryRow, viewer: UserId): MessageRow => {
  const reactions: Array<Reaction> = [...memory.reactions]
    .filter(([, users]) => users.size > 0)
    .map(([emoji, users]) => ({ emoji, count: users.size, mine: users.has(viewer) }))
    .sort((a, b) => compareCodePoints(a.emoji, b.emoji))
  return reactions.length === 0 ? memory.row : { ...memory.row, reactions }
}

// Counted, so that a seeded run repeats exactly.
const makeFreshIds = (salt: number) => {
  const bytes = new Uint8Array(10)
  const view = new DataView(bytes.buffer)
  view.setUint32(2, salt)
  let count = 0
  return (atMs: number): CommandId => {
    view.setUint32(6, ++count)
    return CommandId.make(uuidV7(atMs, bytes))
  }
}
