/**
 * A user's read cursors on their way to its personal log: one advance in a while for each conversation, and no more of
 * all together than the user's limit, sent again until it counts as taken. What is too much waits, and goes as far as
 * is wanted by then.
 */
import { CommandId, type ConversationId, type DeviceId, personalLog, UserId } from "../../domain/Ids.ts"
import { laterCell, type ReadCell } from "../../domain/ReadCell.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { fullBucket, spend } from "../../domain/TokenBucket.ts"
import type { Answer } from "../../ports/Submission.ts"
import { encodeFrame } from "../../protocol/EncodedFrame.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import type { UserMessage } from "../device/UserMessage.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { PendingRead, UserSelf } from "./UserState.ts"

/** One advance in this time for each conversation (ms); what comes meanwhile is the next one. */
const readEveryMs = 2_000
/** Turns after which a read that was sent counts as taken: a worker answers busy within them. */
const quietTurns = 3
/**
 * Conversations whose read cursor is kept while it is coalesced; beyond it the oldest is forgotten, which costs one
 * repeated read. While that still waits, the new one is left out instead: the client tells it again, as it hears no
 * echo.
 */
const readsMax = 1_000

/** The key under which answers to the gateway's own commands for a user come back. */
const readKey = (userId: UserId): string => `read:${userId}`
export const isReadKey = (key: string): boolean => key.startsWith("read:")
export const userOfReadKey = (key: string): UserId => UserId.make(key.slice("read:".length))

export const read = (ports: GatewayPorts, self: UserSelf, message: Extract<UserMessage, { _tag: "Read" }>) => {
  const { conversationId, device, upTo } = message
  self.state.reads ??= new SmallMap()
  const { reads } = self.state
  const known = reads.get(conversationId)
  const asOf = heardOf(ports, self)
  if (known !== undefined) {
    known.asOf = asOf
    known.upTo = Math.max(known.upTo, upTo)
    known.told = upTo
    known.device = device
    return
  }
  if (reads.size >= readsMax) {
    const [oldest] = reads
    if (oldest !== undefined && oldest[1].upTo > oldest[1].sent) return
    if (oldest !== undefined) reads.delete(oldest[0])
  }
  const pending: PendingRead = { upTo, asOf, told: upTo, sent: 0, id: undefined, device, timer: false, quiet: 0 }
  reads.set(conversationId, pending)
  sendRead(ports, self, conversationId, pending)
}

/** The last event of the personal log that can have been told to a device of this user. */
const heardOf = ({ fanout }: GatewayPorts, { state }: UserSelf): number => {
  const place = fanout.places.get(personalLog(state.userId))
  return place === undefined ? 0 : Math.max(place.fannedOut, place.highest, 0)
}

const sendRead = (ports: GatewayPorts, self: UserSelf, conversationId: ConversationId, pending: PendingRead) => {
  const { settings } = ports
  self.state.readTokens ??= fullBucket(settings.reads, self.now())
  if (spend(self.state.readTokens, settings.reads, 1, self.now()) === 0)
    submitRead(ports, self, conversationId, pending)
  if (!pending.timer) armRead(self, conversationId, pending)
}

const submitRead = (ports: GatewayPorts, self: UserSelf, conversationId: ConversationId, pending: PendingRead) => {
  const { userId } = self.state
  const log = personalLog(userId)
  pending.sent = pending.upTo
  pending.quiet = 0
  pending.id = CommandId.make(ports.makeId(self.now()))
  const failed = ports.lanes.submit(
    {
      v: 1,
      to: ports.node,
      key: readKey(userId),
      log,
      commands: [
        {
          log,
          id: pending.id,
          by: userId,
          device: pending.device,
          epoch: ports.epoch,
          body: { kind: "read", conversationId, upTo: pending.upTo, asOf: pending.asOf }
        }
      ]
    },
    200,
    () => {
      pending.sent = 0
    }
  )
  if (failed !== undefined) pending.sent = 0
}

const armRead = (self: UserSelf, conversationId: ConversationId, pending: PendingRead) => {
  pending.timer = true
  self.after(readEveryMs, { _tag: "FlushRead", conversationId })
}

export const flushRead = (ports: GatewayPorts, self: UserSelf, conversationId: ConversationId) => {
  const { reads } = self.state
  const pending = reads?.get(conversationId)
  if (reads === undefined || pending === undefined) return
  pending.timer = false
  if (pending.upTo > pending.sent) sendRead(ports, self, conversationId, pending)
  else if (++pending.quiet < quietTurns) armRead(self, conversationId, pending)
  else if (reads.delete(conversationId) && reads.size === 0) self.state.reads = undefined
}

/**
 * A device has gone, and may come back or be followed by another at once: what was read on it is in its list then, and
 * does not wait for its turn.
 */
export const hastenReads = (ports: GatewayPorts, self: UserSelf, device: DeviceId) => {
  for (const [conversationId, pending] of self.state.reads ?? [])
    if (pending.device === device && pending.upTo > pending.sent) sendRead(ports, self, conversationId, pending)
}

/** All that waits, whatever the limit: there is no later here. */
export const flushReads = (ports: GatewayPorts, self: UserSelf) => {
  for (const [conversationId, pending] of self.state.reads ?? [])
    if (pending.upTo > pending.sent) submitRead(ports, self, conversationId, pending)
}

/** A mark was set by hand: what was read before it does not take it away, and the next read does, however far. */
export const forgetRead = (self: UserSelf, conversationId: ConversationId) => {
  const pending = self.state.reads?.get(conversationId)
  // The entry stays with its timer: the next one still waits for its turn.
  if (pending !== undefined) pending.upTo = pending.told = pending.sent = 0
}

export const readAnswered = (self: UserSelf, { result }: Answer) => {
  // Which of several is busy can't be told apart: all unsettled ones are sent again by their timers, and a read is
  // idempotent.
  if (result._tag === "Busy") for (const pending of self.state.reads?.values() ?? []) pending.sent = 0
  else
    for (const { id, result: outcome } of result.outcomes)
      if (outcome._tag === "Refused" && outcome.code === "invalid_target") forgetAbove(self, id)
}

/**
 * It was above the head, which no honest device has read: what was told after it, and was less, counts, and goes with
 * the entry's timer.
 */
const forgetAbove = (self: UserSelf, id: CommandId) => {
  for (const pending of self.state.reads?.values() ?? []) {
    if (pending.id !== id) continue
    const refused = pending.sent
    pending.upTo = pending.told < refused ? pending.told : pending.upTo > refused ? pending.upTo : 0
    pending.sent = 0
  }
}

/** Between two frames (ms). */
const tellEveryMs = 500
/** Cells of one frame. */
const cellsPerFrame = 500

/**
 * How far a user has read, told to the user's own devices here: the first at once, and what comes soon after it in one
 * frame. A hint: a socket that hears none of it for a while is told all cells when it is brought to where its logs are.
 */
export const takeCells = (ports: GatewayPorts, self: UserSelf, cells: ReadonlyArray<ReadCell>): void => {
  const { hints, userId } = self.state
  for (const { conversationId, readUpTo } of cells) {
    const place = ports.fanout.places.get(conversationId)
    if (place !== undefined) ports.hints.reached(hints, "read", userId, place, readUpTo)
  }
  const isFirst = self.state.cells === undefined
  self.state.cells ??= new Map()
  for (const cell of cells) {
    const known = self.state.cells.get(cell.conversationId)
    self.state.cells.set(cell.conversationId, known === undefined ? cell : laterCell(known, cell))
  }
  if (isFirst) tellCells(ports, self)
}

export const tellCells = (ports: GatewayPorts, self: UserSelf): void => {
  const cells = [...(self.state.cells?.values() ?? [])]
  self.state.cells = cells.length === 0 ? undefined : new Map()
  if (cells.length === 0) return
  self.after(tellEveryMs, { _tag: "TellCells" })
  const frames = framesOf(cells)
  for (const session of self.state.devices) for (const frame of frames) session.tellCells(frame)
  ports.fanout.flush()
}

/** All of a user's cells, to sockets that come or were away. */
export const tellAllCells = (sessions: ReadonlyArray<DeviceSession>, cells: ReadonlyArray<ReadCell>): void => {
  const frames = framesOf(cells)
  for (const session of sessions) for (const frame of frames) session.tellCells(frame)
}

const framesOf = (cells: ReadonlyArray<ReadCell>) => {
  const frames = []
  for (let at = 0; at < cells.length; at += cellsPerFrame)
    frames.push(encodeFrame({ op: "reads", cells: cells.slice(at, at + cellsPerFrame) }))
  return frames
}
