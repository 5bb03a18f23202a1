/** The rights of the append: whether a command may do what it asks, decided on the state alone. */
import { type Command, type CommandBody, isPersonal, type PersonalBody } from "../domain/Command.ts"
import { flagSetBy } from "../domain/Flags.ts"
import { personalLog, type UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import { blocks, type ChatState, headOf, isAwayFor, livePost, type MemoryLog, type MemoryMember, visibleRow } from "./ChatState.ts"

/** Why a command that was not decided before is refused, or undefined when it may go. Creation and withdrawal have rules of their own. */
export const refusalOf = (state: ChatState, log: MemoryLog, command: Command): RefusalCode | undefined => {
  const { body, by } = command
  if (isPersonal(body)) {
    return log.id === personalLog(by) ? personalRefusal(state.logs.get(body.conversationId), by, body) : "not_found"
  }
  if (log.kind === "personal") return log.id === personalLog(by) ? "unsupported" : "not_found"
  const member = log.members.get(by)
  if (member !== undefined) return addsTo(body) && isBlocked(state, log) ? "forbidden" : memberRefusal(state, log, by, member, body)
  if (body.kind !== "join" || log.kind !== "channel") return "not_found"
  return log.members.size >= Limits.membersMax ? "too_many" : undefined
}

/** What a block refuses: whatever takes back goes on. */
const addsTo = ({ kind }: CommandBody): boolean => kind === "post" || kind === "edit" || kind === "react"

/** One of a direct conversation's two blocks the other. */
const isBlocked = (state: ChatState, { kind, members }: MemoryLog): boolean => {
  const [a, b] = members.keys()
  return kind === "direct" && a !== undefined && b !== undefined && (blocks(state, a, b) || blocks(state, b, a))
}

const personalRefusal = (log: MemoryLog | undefined, by: UserId, body: PersonalBody): RefusalCode | undefined => {
  const member = log?.members.get(by)
  if (log === undefined || member === undefined) return "not_found"
  if ("on" in body) return body.on === member.flags.has(flagSetBy[body.kind]) ? "no_change" : undefined
  if (body.upTo > headOf(log)) return "invalid_target"
  if (body.kind === "read") return body.upTo <= member.readUpTo && member.markedUnreadAt === undefined ? "no_change" : undefined
  if (body.upTo < 1) return "invalid_target"
  return member.markedUnreadAt === body.upTo ? "no_change" : undefined
}

const memberRefusal = (state: ChatState, log: MemoryLog, by: UserId, member: MemoryMember, body: CommandBody): RefusalCode | undefined => {
  switch (body.kind) {
    case "post":
      return body.replyTo === undefined || livePost(log, by, body.replyTo) ? undefined : "invalid_target"
    case "edit":
    case "delete":
    case "react":
    case "unreact":
      return rowRefusal(log, by, member, body)
    case "join":
      return log.kind === "channel" ? "no_change" : "unsupported"
    default:
      return log.kind === "direct" ? "unsupported" : membershipRefusal(state, log, by, member, body)
  }
}

const rowRefusal = (
  log: MemoryLog,
  by: UserId,
  member: MemoryMember,
  body: Extract<CommandBody, { kind: "edit" | "delete" | "react" | "unreact" }>
): RefusalCode | undefined => {
  if (body.kind === "delete") {
    const row = visibleRow(log, by, body.target)?.row
    if (row?.kind !== "posted") return "invalid_target"
    if (row.by !== by && member.role === "member") return "forbidden"
    return row.deleted ? "no_change" : undefined
  }
  const target = livePost(log, by, body.target)
  if (target === undefined) return "invalid_target"
  if (body.kind === "edit") {
    if (target.row.by !== by) return "forbidden"
    if (target.row.text === body.text) return "no_change"
    return isEditedOut(log, body.target) ? "too_many" : undefined
  }
  const reacted = target.reactions.get(body.emoji)
  if ((reacted?.has(by) ?? false) === (body.kind === "react")) return "no_change"
  return body.kind === "react" && reacted === undefined && target.reactions.size >= Limits.emojiKindsMax ? "too_many" : undefined
}

/** They are counted only where so many can be: above the message there is no more in its log than that. */
const isEditedOut = (log: MemoryLog, target: number): boolean =>
  headOf(log) - target >= Limits.editsMax &&
  log.events.filter(({ event }) => event.kind === "edited" && event.target === target).length >= Limits.editsMax

const membershipRefusal = (
  state: ChatState,
  log: MemoryLog,
  by: UserId,
  member: MemoryMember,
  body: CommandBody
): RefusalCode | undefined => {
  switch (body.kind) {
    case "add": {
      const added = new Set(body.userIds.filter((userId) => !log.members.has(userId)))
      if (added.size === 0) return "no_change"
      if (isAwayFor(state, by, added)) return "not_found"
      return log.members.size + added.size > Limits.membersMax ? "too_many" : undefined
    }
    case "remove":
      return removeRefusal(by, member, body.userId, log.members.get(body.userId))
    case "leave":
      return isLastOwner(log, by) && log.members.size > 1 ? "last_owner" : undefined
    case "rename":
      if (member.role === "member") return "forbidden"
      return log.title === body.title ? "no_change" : undefined
    case "setRole": {
      if (member.role !== "owner") return "forbidden"
      const target = log.members.get(body.userId)
      if (target === undefined) return "invalid_target"
      if (target.role === body.role) return "no_change"
      return isLastOwner(log, body.userId) ? "last_owner" : undefined
    }
    default:
      return "unsupported"
  }
}

const removeRefusal = (by: UserId, member: MemoryMember, userId: UserId, target: MemoryMember | undefined): RefusalCode | undefined => {
  if (member.role === "member") return "forbidden"
  if (userId === by) return member.role === "owner" ? "unsupported" : "forbidden"
  if (target === undefined) return "invalid_target"
  return member.role === "owner" || target.role === "member" ? undefined : "forbidden"
}

const isLastOwner = (log: MemoryLog, userId: UserId): boolean =>
  log.members.get(userId)?.role === "owner" && [...log.members.values()].filter((member) => member.role === "owner").length === 1
