/**
 * The append over the memory state: loads the facts that a batch needs, decides as every store does, and writes the
 * result.
 */
import type { BatchOverlay } from "@hibiki/core/commands/BatchOverlay"
import type { Command } from "@hibiki/core/commands/Command"
import { decideBatch } from "@hibiki/core/commands/decideBatch"
import { emptyOverlay, type FactRequest, type LogRequest, requestOf } from "@hibiki/core/commands/FactRequest"
import type { LogOverlay, LogWrites, RowFacts } from "@hibiki/core/commands/LogOverlay"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { rowOf } from "@hibiki/core/domain/RowRules"
import type { AppendResult } from "@hibiki/core/ports/EventStore"
import { blocks, type ChatState, headOf, knows, type MemoryLog, type MemoryRow, makeLog } from "./ChatState.ts"

/** Decides and stores a batch. Nothing else runs meanwhile, so a batch is a transaction by itself. */
export const appendBatch = (state: ChatState, now: number, commands: ReadonlyArray<Command>): AppendResult => {
  const { changes, decisions, writes } = decideBatch(load(state, now, requestOf(commands)), commands)
  for (const log of writes) write(state, log)
  return { epoch: state.epoch, decisions, changes }
}

const load = (state: ChatState, now: number, request: FactRequest): BatchOverlay => {
  const batch = emptyOverlay(request, { epoch: state.epoch, now, freshId: () => state.freshId(now) })
  for (const [userId, blocked] of request.blocks) batch.loadBlock(userId, blocked, blocks(state, userId, blocked))
  for (const asked of request.logs.values()) {
    if (asked.isLocked && state.held.has(asked.log)) batch.defer(asked.log)
    const log = state.logs.get(asked.log)
    if (log !== undefined) loadLog(state, log, asked, batch.log(asked.log))
  }
  return batch
}

const loadLog = (state: ChatState, log: MemoryLog, asked: LogRequest, overlay: LogOverlay): void => {
  const { closed, first, history, kind, lastAt, members, rules, title } = log
  overlay.loadExisting({
    ...{ kind, title, history, rules, closed, first, lastAt },
    ...{ members: members.size, head: headOf(log) }
  })
  for (const stored of log.events) if (asked.ids.has(stored.event.id)) overlay.loadStored(stored)
  const loadStanding = (userId: UserId) => {
    const member = log.members.get(userId)
    overlay.loadStanding(userId, member ?? (knows(log, userId) ? "former" : "stranger"))
  }
  for (const userId of asked.standings) loadStanding(userId)
  for (const id of asked.ids) {
    const decided = log.decided.get(id)
    if (decided === undefined) continue
    overlay.loadDecided(id, decided)
    if (!asked.standings.has(decided.by)) loadStanding(decided.by)
  }
  for (const userId of asked.cursors) {
    const member = log.members.get(userId)
    if (member === undefined) continue
    // Its cursor alone: what is written back of it must not undo a change of the membership in the same batch.
    const { flags, mark, readUpTo } = member
    overlay.loadCursor(userId, { flags, mark, readUpTo })
  }
  for (const seq of asked.rows) overlay.loadRow(seq, rowFacts(log, asked, seq))
  for (const [seq, emoji, userId] of asked.reacted)
    overlay.loadReacted(seq, emoji, userId, log.rows.get(seq)?.reactions.get(emoji)?.has(userId) === true)
  if (asked.asksPins)
    overlay.loadPins([...log.rows.values()].filter(({ row }) => row.pinned === true).map(({ row }) => row.seq))
  if (asked.ownersMax > 0) {
    const owners = [...members.values()].filter(({ role }) => role === "owner").length
    overlay.loadOwners(Math.min(owners, asked.ownersMax))
  }
  for (const userId of asked.bans) overlay.loadBan(userId, log.bans.has(userId))
  if (asked.asksBanCount) overlay.loadBanCount(Math.min(log.bans.size, Limits.bansMax))
  if (asked.asksBlocked && kind === "direct") overlay.isBlocked = isBlocked(state, log)
}

const rowFacts = (log: MemoryLog, { texts }: LogRequest, seq: number): RowFacts | undefined => {
  const found = log.rows.get(seq)
  if (found === undefined) return undefined
  const { by, deleted, kind, text } = found.row
  return {
    kind,
    by,
    deleted: deleted === true,
    edits: log.events.filter(({ event }) => event.kind === "edited" && event.target === seq).length,
    texts: new Set(texts.flatMap(([place, asked]) => (place === seq && asked === text ? [asked] : []))),
    reactions: new Map([...found.reactions].map(([emoji, people]) => [emoji, people.size]))
  }
}

const isBlocked = (state: ChatState, { members }: MemoryLog): boolean => {
  const [a, b] = members.keys()
  return a !== undefined && b !== undefined && (blocks(state, a, b) || blocks(state, b, a))
}

const write = (state: ChatState, writes: LogWrites): void => {
  const { closed, history, kind, lastAt, rules, title } = writes.row
  const log = state.logs.get(writes.log) ?? makeLog({ id: writes.log, kind, history, title })
  state.logs.set(log.id, log)
  log.title = title
  log.rules = rules
  log.closed = closed
  log.lastAt = lastAt
  for (const { asked, event } of writes.events) {
    log.events.push({ event, asked })
    const row = rowOf(event)
    if (row !== undefined) log.rows.set(event.seq, { row, reactions: new Map() })
  }
  writeRows(log, writes)
  writeMembers(log, writes)
  for (const [userId, ban] of writes.bans) {
    if (ban === undefined) log.bans.delete(userId)
    else log.bans.set(userId, ban)
  }
  for (const [id, decided] of writes.decided) log.decided.set(id, decided)
}

const writeRows = (log: MemoryLog, { blanked, reactions, rows }: LogWrites): void => {
  for (const [seq, { deleted, pinned, ...change }] of rows) {
    const memory = log.rows.get(seq)
    if (memory === undefined) continue
    const { pinned: before, ...row } = memory.row
    const { at, by, id, kind } = row
    memory.row =
      deleted === true
        ? { seq, rev: change.rev, id, by, at, kind, text: "", deleted }
        : { ...row, ...change, ...((pinned ?? before) ? { pinned: true } : {}) }
  }
  for (const seq of blanked) blank(log, seq)
  for (const { emoji, on, seq, userId } of reactions) {
    const memory = log.rows.get(seq)
    if (memory !== undefined) setReaction(memory, emoji, userId, on)
  }
}

const blank = (log: MemoryLog, seq: number): void => {
  log.rows.get(seq)?.reactions.clear()
  for (const stored of log.events) {
    const { event } = stored
    const { at, by, id } = event
    if (event.kind === "posted" && event.seq === seq)
      stored.event = { seq, id, by, at, kind: "posted", text: "", blanked: true }
    else if (event.kind === "edited" && event.target === seq) stored.event = { ...event, text: "", blanked: true }
    else continue
    stored.asked = undefined
  }
}

const setReaction = ({ reactions }: MemoryRow, emoji: string, userId: UserId, on: boolean): void => {
  const people = reactions.get(emoji) ?? new Set()
  people[on ? "add" : "delete"](userId)
  if (people.size > 0) reactions.set(emoji, people)
  else reactions.delete(emoji)
}

/** A new member gets a cursor with the membership. */
const writeMembers = (log: MemoryLog, { cursors, members, moved }: LogWrites): void => {
  for (const [userId, membership] of members) {
    if (membership === undefined) log.members.delete(userId)
    else
      log.members.set(userId, {
        readUpTo: 0,
        mark: undefined,
        flags: new Set(),
        ...log.members.get(userId),
        ...membership
      })
  }
  for (const [userId, cursor] of [...cursors, ...moved]) {
    const member = log.members.get(userId)
    if (member !== undefined && cursor !== undefined) log.members.set(userId, { ...member, ...cursor })
  }
}
