/** Conversations of the memory state for a reader. Pages are cut at Limits.pageMax. */

import type { BannedPerson, ConversationSummary, Member, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import { flagFields } from "@hibiki/core/domain/Flags"
import { type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { hasSign, isMentioned } from "@hibiki/core/domain/Mentions"
import type { Person } from "@hibiki/core/domain/Person"
import type { ReadCell } from "@hibiki/core/domain/ReadCell"
import { compareCodePoints } from "@hibiki/core/domain/RowRules"
import { shownRules } from "@hibiki/core/domain/shownRules"
import { Conversations, type Membership, type ReadCursor } from "@hibiki/core/ports/Conversations"
import { Clock, Effect, Layer } from "effect"
import { ChatMemory } from "./ChatMemory.ts"
import {
  blocks,
  type ChatState,
  headOf,
  type MemoryLog,
  type MemoryMember,
  type MemoryRow,
  rowFor,
  visibleFrom,
  visibleRow
} from "./ChatState.ts"
import { changedRows, pageOf, textsOf, visibleRows } from "./Pages.ts"

export const ConversationsMemory = Layer.effect(
  Conversations,
  Effect.map(ChatMemory, ({ state }) =>
    Conversations.of({
      memberships: (users) => Effect.sync(() => [...state.logs.values()].flatMap((log) => membershipsIn(log, users))),
      membersAmong: (log, users) => Effect.sync(() => membershipsIn(state.logs.get(log), users)),
      snapshot: (userId) => Effect.sync(() => snapshotOf(state, userId)),
      readCells: (users) => Effect.map(Clock.currentTimeMillis, (now) => ({ now, of: cellsOf(state, users) })),
      summary: (userId, conversationId) =>
        Effect.sync(() => summaryOf(state, readable(state, userId, conversationId), userId)),
      members: (userId, conversationId, afterHandle, limit) =>
        Effect.sync(() => {
          const log = readable(state, userId, conversationId)
          return log === undefined ? undefined : membersOf(state, log, afterHandle).slice(0, upTo(limit))
        }),
      bans: (userId, conversationId, afterHandle, limit) =>
        Effect.sync(() => {
          const log = readable(state, userId, conversationId)
          if (log?.members.get(userId)?.role === "member") return "forbidden"
          return log === undefined ? undefined : bansOf(state, log, afterHandle).slice(0, upTo(limit))
        }),
      everyMember: (viewer, conversationId) =>
        Effect.sync(() => {
          const log = readable(state, viewer, conversationId)
          return log === undefined
            ? undefined
            : membersOf(state, log, "").map(({ role: _role, ...member }) => ({
                ...member,
                showsPresence: showsPresence(state, viewer, member.userId)
              }))
        }),
      shared: (viewer, users) =>
        Effect.sync(() =>
          [...new Set(users)].flatMap((userId) =>
            userId === viewer || sharedLogs(state, viewer, userId).length > 0
              ? [{ userId, showsPresence: showsPresence(state, viewer, userId) }]
              : []
          )
        ),
      readCursors: (viewer, conversationId) =>
        Effect.sync(() => {
          const log = readable(state, viewer, conversationId)
          return log === undefined ? undefined : cursorsOf(state, log, viewer)
        }),
      channels: (userId, prefix, limit) =>
        Effect.sync(() => channelsBy(state, userId, prefix.toLowerCase()).slice(0, upTo(limit))),
      page: (userId, conversationId, from, limit) =>
        Effect.sync(() => {
          const log = readable(state, userId, conversationId)
          return log === undefined ? undefined : pageOf(log, userId, from, upTo(limit))
        }),
      changedSince: (userId, conversationId, asOf, from, to) =>
        Effect.sync(() => {
          const log = readable(state, userId, conversationId)
          return log === undefined ? undefined : changedRows(log, userId, asOf, from, to)
        }),
      reactors: (userId, conversationId, seq, emoji) =>
        Effect.sync(() => {
          const log = readable(state, userId, conversationId)
          return log && [...(visibleRow(log, userId, seq)?.reactions.get(emoji) ?? [])].sort().slice(0, Limits.pageMax)
        }),
      texts: (userId, conversationId, below, limit) =>
        Effect.sync(() => {
          const log = readable(state, userId, conversationId)
          return log === undefined ? undefined : textsOf(log, userId, below, Math.min(limit, Limits.textsMax))
        }),
      rowsAt: (userId, places) =>
        Effect.sync(() =>
          places.slice(0, Limits.pageMax).flatMap(({ conversationId, seq }) => {
            const log = readable(state, userId, conversationId)
            const found = log === undefined ? undefined : visibleRow(log, userId, seq)
            return found === undefined ? [] : [{ conversationId, row: rowFor(found, userId) }]
          })
        )
    })
  )
)

const upTo = (limit: number) => Math.min(limit, Limits.pageMax)

/** A conversation that the user is a member of. Personal logs are none. */
const readable = (state: ChatState, userId: UserId, conversationId: ConversationId): MemoryLog | undefined => {
  const log = state.logs.get(conversationId)
  return log?.members.has(userId) ? log : undefined
}

const membershipsIn = (log: MemoryLog | undefined, users: ReadonlyArray<UserId>): ReadonlyArray<Membership> => {
  const found: Array<Membership> = []
  for (const userId of new Set(users)) {
    const from = log === undefined ? undefined : visibleFrom(log, userId)
    if (log === undefined || from === undefined) continue
    found.push({ userId, log: log.id, head: headOf(log), first: log.first, visibleFrom: from, kind: log.kind })
  }
  return found
}

const markOf = ({ mark }: Pick<MemoryMember, "mark">) =>
  mark === undefined ? {} : { markedUnreadAt: mark.at, markedSeq: mark.seq }

/** Returns all of them: the state does not record when they changed. */
const cellsOf = (state: ChatState, users: ReadonlyArray<UserId>): ReadonlyMap<UserId, ReadonlyArray<ReadCell>> => {
  const ofUser = (userId: UserId, asOf: number) =>
    [...state.logs.values()].flatMap(({ id, members }) => {
      const member = members.get(userId)
      return member === undefined ? [] : [{ conversationId: id, asOf, readUpTo: member.readUpTo, ...markOf(member) }]
    })
  const of = new Map<UserId, ReadonlyArray<ReadCell>>()
  for (const userId of users) {
    const log = state.logs.get(personalLog(userId))
    if (log !== undefined) of.set(userId, ofUser(userId, headOf(log)))
  }
  return of
}

const snapshotOf = (state: ChatState, userId: UserId): PersonalSnapshot | undefined => {
  const [user, log] = [state.users.get(userId), state.logs.get(personalLog(userId))]
  if (user === undefined || log === undefined) return undefined
  return {
    epoch: state.epoch,
    asOf: headOf(log),
    me: { ...person(state, userId), admin: user.admin, invisible: user.invisible },
    blocked: [...(state.blocks.get(userId) ?? [])].sort(),
    conversations: [...state.logs.values()].flatMap(
      (conversation) => summaryOf(state, readable(state, userId, conversation.id), userId) ?? []
    )
  }
}

const summaryOf = (state: ChatState, log: MemoryLog | undefined, userId: UserId): ConversationSummary | undefined => {
  const member = log?.members.get(userId)
  const from = log === undefined ? undefined : visibleFrom(log, userId)
  if (log === undefined || member === undefined || from === undefined || log.kind === "personal") return undefined
  const rows = visibleRows(log, userId)
  const counted = Math.max(member.readUpTo, headOf(log) - Limits.unreadWithin)
  const unread = rows.filter(
    ({ row }) => row.kind === "posted" && row.deleted === undefined && row.by !== userId && row.seq > counted
  )
  const mentions = log.kind === "direct" ? 0 : mentionsAmong(unread, person(state, userId).handle)
  const last = rows.at(-1)
  const peer = [...log.members.keys()].find((other) => other !== userId) ?? userId
  return {
    conversationId: log.id,
    kind: log.kind,
    title: log.title,
    ...(log.kind === "direct" ? { peer: person(state, peer) } : {}),
    role: member.role,
    history: log.history,
    ...shownRules(log.rules),
    ...(log.closed === undefined ? {} : { closed: log.closed }),
    members: log.members.size,
    head: headOf(log),
    visibleFrom: from,
    readUpTo: member.readUpTo,
    ...markOf(member),
    ...flagFields((flag) => member.flags.has(flag)),
    unread: Math.min(unread.length, Limits.unreadCap),
    ...(mentions === 0 ? {} : { mentions }),
    ...(last === undefined ? {} : { last: rowFor(last, userId) })
  }
}

/** How many mention the user with this handle, among the newest that mention anybody. */
const mentionsAmong = (unread: ReadonlyArray<MemoryRow>, handle: string): number => {
  const texts = unread.map(({ row: { text = "" } }) => text).filter(hasSign)
  return Math.min(
    texts.slice(-Limits.mentionsWithin).filter((text) => isMentioned(text, handle)).length,
    Limits.unreadCap
  )
}

const person = (state: ChatState, userId: UserId): Person => {
  const user = state.users.get(userId)
  return { userId, handle: user?.handle ?? "", displayName: user?.displayName ?? "" }
}

const membersOf = (state: ChatState, log: MemoryLog, afterHandle: string): ReadonlyArray<Member> =>
  [...log.members]
    .map(([userId, { role }]) => ({ ...person(state, userId), role }))
    .sort((a, b) => compareCodePoints(a.handle, b.handle))
    .filter(({ handle }) => compareCodePoints(handle, afterHandle) > 0)

const bansOf = (state: ChatState, log: MemoryLog, afterHandle: string): ReadonlyArray<BannedPerson> =>
  [...log.bans]
    .map(([userId, ban]) => ({ ...person(state, userId), ...ban }))
    .sort((a, b) => compareCodePoints(a.handle, b.handle))
    .filter(({ handle }) => compareCodePoints(handle, afterHandle) > 0)

const sharedLogs = (state: ChatState, viewer: UserId, userId: UserId): ReadonlyArray<MemoryLog> =>
  [...state.logs.values()].filter((log) => log.members.has(viewer) && log.members.has(userId))

const showsPresence = (state: ChatState, viewer: UserId, userId: UserId): boolean =>
  userId === viewer ||
  (!blocks(state, userId, viewer) &&
    sharedLogs(state, viewer, userId).some((log) => log.kind !== "direct" || hasWritten(log, userId)))

const hasWritten = (log: MemoryLog, userId: UserId): boolean => {
  const posts = log.events.filter(({ event }) => event.kind === "posted")
  return [...posts.slice(0, Limits.answerLook), ...posts.slice(-Limits.answerLook)].some(
    ({ event }) => event.by === userId
  )
}

const cursorsOf = (state: ChatState, log: MemoryLog, viewer: UserId): ReadonlyArray<ReadCursor> =>
  [...log.members]
    .filter(([userId]) => userId !== viewer)
    .map(([userId, { readUpTo }]) => ({
      ...{ userId, readUpTo },
      invisible: state.users.get(userId)?.invisible === true || blocks(state, userId, viewer)
    }))
    .sort(
      (a, b) =>
        Number(a.invisible) - Number(b.invisible) || b.readUpTo - a.readUpTo || compareCodePoints(a.userId, b.userId)
    )
    .slice(0, Limits.pageMax)

const channelsBy = (state: ChatState, userId: UserId, prefix: string) =>
  [...state.logs.values()]
    .filter((log) => log.kind === "channel" && log.title.toLowerCase().startsWith(prefix))
    .sort((a, b) => compareCodePoints(a.title.toLowerCase(), b.title.toLowerCase()) || compareCodePoints(a.id, b.id))
    .map((log) => ({
      conversationId: log.id,
      title: log.title,
      members: log.members.size,
      joined: log.members.has(userId)
    }))
