/** What an allowed command does: its event, its rows, memberships and cursors, and its effects in personal logs. */
import type { Command, CommandBody, PersonalBody } from "../domain/Command.ts"
import type { LogEvent, Role } from "../domain/Event.ts"
import { flagSetBy } from "../domain/Flags.ts"
import { type CommandId, type ConversationId, personalLog, type UserId } from "../domain/Ids.ts"
import { rowOf } from "../domain/RowRules.ts"
import { type ChatState, headOf, type MemoryLog, makeLog, nextTime } from "./ChatState.ts"

/** Where an event was put. */
export interface Place {
  readonly seq: number
  readonly at: number
}

/** One batch's pen: it stores events at `now` and tells `wrote` which logs have new ones. */
export interface Pen {
  readonly state: ChatState
  readonly now: number
  readonly wrote: (log: MemoryLog, event: LogEvent) => void
}

// What an event says beyond its seq, id, author and time.
type Content = LogEvent extends infer E ? (E extends LogEvent ? Omit<E, "seq" | "id" | "by" | "at"> : never) : never

/** The body as one text; fields without a value are as if absent. */
export const originOf = (body: CommandBody): string =>
  JSON.stringify(
    Object.entries(body)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  )

/** Does what the command asks. It was allowed. */
export const applyCommand = (pen: Pen, log: MemoryLog, command: Command): Place => {
  const { body, by } = command
  switch (body.kind) {
    case "post":
      return store(pen, log, command, { kind: "posted", text: body.text, ...(body.replyTo === undefined ? {} : { replyTo: body.replyTo }) })
    case "edit":
      return store(pen, log, command, { kind: "edited", target: body.target, text: body.text })
    case "delete":
      return store(pen, log, command, { kind: "deleted", target: body.target })
    case "react":
      return store(pen, log, command, { kind: "reacted", target: body.target, emoji: body.emoji })
    case "unreact":
      return store(pen, log, command, { kind: "unreacted", target: body.target, emoji: body.emoji })
    case "join":
      return admit(pen, log, command, [by])
    case "add":
      return admit(
        pen,
        log,
        command,
        [...new Set(body.userIds)].filter((userId) => !log.members.has(userId))
      )
    case "remove":
      return dismiss(pen, log, command, body.userId)
    case "leave":
      return dismiss(pen, log, command, by)
    case "rename":
      log.title = body.title
      return store(pen, log, command, { kind: "renamed", title: body.title })
    case "setRole": {
      const member = log.members.get(body.userId)
      if (member !== undefined) member.role = body.role
      return store(pen, log, command, { kind: "roleChanged", userId: body.userId, role: body.role })
    }
    case "read":
    case "markUnread":
    case "mute":
    case "favourite":
      return changePersonal(pen, log, command, body)
    default:
      throw new Error(`${body.kind} is not applied to a log that exists`)
  }
}

/** The new group or channel, with its first event. The creator leads the members. */
export const createConversation = (pen: Pen, command: Command, body: Extract<CommandBody, { kind: "create" }>): Place => {
  const log = makeLog({ id: command.log, kind: body.conversationKind, title: body.title, history: body.history })
  pen.state.logs.set(log.id, log)
  const members = [...new Set([command.by, ...body.members])]
  const place = store(pen, log, command, {
    kind: "created",
    conversationKind: body.conversationKind,
    title: body.title,
    history: body.history,
    members
  })
  for (const userId of members)
    enter(pen, log, command.by, userId, { role: userId === command.by ? "owner" : "member", joinedSeq: place.seq, readUpTo: 0 })
  return place
}

/** The direct conversation of a pair: members of equal rank, and no event. */
export const createDirect = (pen: Pen, command: Command, users: ReadonlyArray<UserId>): void => {
  const log = makeLog({ id: command.log, kind: "direct", title: "", history: "all" })
  pen.state.logs.set(log.id, log)
  for (const userId of users) enter(pen, log, command.by, userId, { role: "member", joinedSeq: 0, readUpTo: 0 })
}

/** Deletes a post for its sender, who takes it back by the post's own id: the event needs another. */
export const withdrawPost = (pen: Pen, log: MemoryLog, by: UserId, target: number): void => {
  put(pen, log, pen.state.freshId(pen.now), by, undefined, { kind: "deleted", target })
}

const admit = (pen: Pen, log: MemoryLog, command: Command, userIds: ReadonlyArray<UserId>): Place => {
  const role = log.members.size === 0 ? "owner" : "member"
  const place = store(pen, log, command, { kind: "joined", userIds })
  for (const userId of userIds) enter(pen, log, command.by, userId, { role, joinedSeq: place.seq, readUpTo: place.seq })
  return place
}

const enter = (
  pen: Pen,
  log: MemoryLog,
  by: UserId,
  userId: UserId,
  member: { readonly role: Role; readonly joinedSeq: number; readonly readUpTo: number }
): void => {
  log.members.set(userId, { ...member, markedUnreadAt: undefined, flags: new Set() })
  tell(pen, by, userId, { kind: "added", conversationId: log.id })
}

const dismiss = (pen: Pen, log: MemoryLog, command: Command, userId: UserId): Place => {
  log.members.delete(userId)
  const place = store(pen, log, command, { kind: "left", userId })
  tell(pen, command.by, userId, { kind: "removed", conversationId: log.id })
  return place
}

const changePersonal = (pen: Pen, log: MemoryLog, command: Command, body: PersonalBody): Place => {
  const { conversationId } = body
  const member = memberOf(pen.state, conversationId, command.by)
  if ("on" in body) {
    const flag = flagSetBy[body.kind]
    member.flags[body.on ? "add" : "delete"](flag)
    return store(pen, log, command, { kind: flag, conversationId, on: body.on })
  }
  if (body.kind === "markUnread") {
    member.markedUnreadAt = body.upTo
    return store(pen, log, command, { kind: "markedUnread", conversationId, upTo: body.upTo })
  }
  member.readUpTo = Math.max(member.readUpTo, body.upTo)
  member.markedUnreadAt = undefined
  return store(pen, log, command, { kind: "readAdvanced", conversationId, upTo: member.readUpTo })
}

const memberOf = (state: ChatState, conversationId: ConversationId, userId: UserId) => {
  const member = state.logs.get(conversationId)?.members.get(userId)
  if (member === undefined) throw new Error(`${userId} is no member of ${conversationId}`)
  return member
}

// An effect in somebody's personal log. Its id is never the command's: another command could meet it there.
const tell = (pen: Pen, by: UserId, userId: UserId, content: Content): void => {
  const log = pen.state.logs.get(personalLog(userId))
  if (log !== undefined) put(pen, log, pen.state.freshId(pen.now), by, undefined, content)
}

const store = (pen: Pen, log: MemoryLog, command: Command, content: Content): Place =>
  put(pen, log, command.id, command.by, originOf(command.body), content)

const put = (pen: Pen, log: MemoryLog, id: CommandId, by: UserId, origin: string | undefined, content: Content): Place => {
  const event: LogEvent = { seq: headOf(log) + 1, id, by, at: nextTime(log, pen.now), ...content }
  log.lastAt = event.at
  log.events.push({ event, origin })
  project(log, event)
  pen.wrote(log, event)
  return { seq: event.seq, at: event.at }
}

const project = (log: MemoryLog, event: LogEvent): void => {
  const own = rowOf(event)
  if (own !== undefined) log.rows.set(event.seq, { row: own, reactions: new Map() })
  const target = "target" in event ? log.rows.get(event.target) : undefined
  if (target === undefined) return
  target.row = { ...target.row, rev: event.seq }
  switch (event.kind) {
    case "edited":
      target.row = { ...target.row, text: event.text, editedAt: event.at }
      return
    case "deleted": {
      const { at, by, id, kind, rev, seq } = target.row
      target.row = { seq, rev, id, by, at, kind, text: "", deleted: true }
      target.reactions.clear()
      blank(log, seq)
      return
    }
    case "reacted":
      target.reactions.set(event.emoji, (target.reactions.get(event.emoji) ?? new Set()).add(event.by))
      return
    case "unreacted": {
      const users = target.reactions.get(event.emoji)
      users?.delete(event.by)
      if (users?.size === 0) target.reactions.delete(event.emoji)
    }
  }
}

// A deleted text is kept nowhere: not in the log, and not to compare repeats with.
const blank = (log: MemoryLog, seq: number): void => {
  for (const stored of log.events) {
    const { at, by, id } = stored.event
    if (stored.event.kind === "posted" && stored.event.seq === seq)
      stored.event = { seq, id, by, at, kind: "posted", text: "", blanked: true }
    else if (stored.event.kind === "edited" && stored.event.target === seq) stored.event = { ...stored.event, text: "", blanked: true }
    else continue
    stored.origin = undefined
  }
}
