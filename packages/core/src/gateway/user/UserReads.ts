/**
 * A user's read cursors on their way to the personal log. Each conversation advances at most once per interval, all
 * together stay within the user's limit, and each advance is retried until it counts as stored. Excess reads wait, and
 * then go as far as the user has read by that time.
 */
import { Context, Effect, Layer } from "effect"
import { CommandId, type ConversationId, type DeviceId, personalLog, UserId } from "../../domain/Ids.ts"
import { laterCell, type ReadCell } from "../../domain/ReadCell.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { fullBucket, spend } from "../../domain/TokenBucket.ts"
import { IngressLanes } from "../../ingress/IngressLanes.ts"
import type { Answer } from "../../ports/Submission.ts"
import { encodeFrame } from "../../protocol/ServerFrame.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import type { UserMessage } from "../device/UserMessage.ts"
import { Fanout } from "../fanout/Fanout.ts"
import { GatewayNode } from "../GatewayNode.ts"
import type { UserSettings } from "../GatewaySettings.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import type { PendingRead, UserSelf } from "./UserState.ts"

/** The interval of advances in each conversation (ms); reads in the meantime go with the next one. */
const readEveryMs = 2_000
/** After this many turns a sent read counts as stored: a worker would have answered busy by then. */
const quietTurns = 3
/**
 * Conversations whose read cursor is remembered for coalescing. Beyond it the oldest is forgotten, which costs one
 * repeated read. If the oldest is still waiting, the new one is dropped instead: the client repeats it, as it gets no
 * echo.
 */
const readsMax = 1_000

/** The key of answers to the gateway's own commands for a user. */
const readKey = (userId: UserId): string => `read:${userId}`
export const isReadKey = (key: string): boolean => key.startsWith("read:")
export const userOfReadKey = (key: string): UserId => UserId.make(key.slice("read:".length))

const armRead = (self: UserSelf, conversationId: ConversationId, pending: PendingRead) => {
  pending.timer = true
  self.after(readEveryMs, { _tag: "FlushRead", conversationId })
}

export class UserReads {
  static readonly Tag = Context.GenericTag<UserReads>("@hibiki/core/gateway/UserReads")
  static readonly layerWith = (settings: Pick<UserSettings, "reads">) =>
    Layer.effect(
      this.Tag,
      Effect.gen(function* () {
        return new UserReads(
          settings,
          yield* GatewayNode,
          yield* IngressLanes,
          yield* Fanout.Tag,
          yield* GatewayPresence
        )
      })
    )

  constructor(
    private readonly settings: Pick<UserSettings, "reads">,
    private readonly gateway: GatewayNode["Type"],
    private readonly lanes: IngressLanes["Type"],
    private readonly fanout: Fanout,
    private readonly presence: GatewayPresence["Type"]
  ) {}

  read(self: UserSelf, message: Extract<UserMessage, { _tag: "Read" }>) {
    const { conversationId, device, upTo } = message
    self.state.reads ??= new SmallMap()
    const { reads } = self.state
    const known = reads.get(conversationId)
    const asOf = this.heardOf(self)
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
    this.sendRead(self, conversationId, pending)
  }

  /** The last event of the personal log that a device of this user may have received. */
  private heardOf({ state }: UserSelf): number {
    const place = this.fanout.places.get(personalLog(state.userId))
    return place === undefined ? 0 : Math.max(place.fannedOut, place.highest, 0)
  }

  private sendRead(self: UserSelf, conversationId: ConversationId, pending: PendingRead) {
    self.state.readTokens ??= fullBucket(this.settings.reads, self.now())
    if (spend(self.state.readTokens, this.settings.reads, 1, self.now()) === 0)
      this.submitRead(self, conversationId, pending)
    if (!pending.timer) armRead(self, conversationId, pending)
  }

  private submitRead(self: UserSelf, conversationId: ConversationId, pending: PendingRead) {
    const { userId } = self.state
    const log = personalLog(userId)
    pending.sent = pending.upTo
    pending.quiet = 0
    pending.id = CommandId.make(this.gateway.makeId(self.now()))
    const failed = this.lanes.submit(
      {
        v: 1,
        to: this.gateway.node,
        key: readKey(userId),
        log,
        commands: [
          {
            log,
            id: pending.id,
            by: userId,
            device: pending.device,
            epoch: this.gateway.epoch,
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

  flush(self: UserSelf, conversationId: ConversationId) {
    const { reads } = self.state
    const pending = reads?.get(conversationId)
    if (reads === undefined || pending === undefined) return
    pending.timer = false
    if (pending.upTo > pending.sent) this.sendRead(self, conversationId, pending)
    else if (++pending.quiet < quietTurns) armRead(self, conversationId, pending)
    else if (reads.delete(conversationId) && reads.size === 0) self.state.reads = undefined
  }

  /**
   * A device is gone. It or another may connect soon: send its reads without waiting for their turn, so that the list
   * has them by then.
   */
  hasten(self: UserSelf, device: DeviceId) {
    for (const [conversationId, pending] of self.state.reads ?? [])
      if (pending.device === device && pending.upTo > pending.sent) this.sendRead(self, conversationId, pending)
  }

  /** Sends all waiting reads, regardless of the limit: there is no later turn. */
  flushAll(self: UserSelf) {
    for (const [conversationId, pending] of self.state.reads ?? [])
      if (pending.upTo > pending.sent) this.submitRead(self, conversationId, pending)
  }

  /**
   * Sends read cells to the user's own devices here: the first cell at once, and those that follow soon in one frame. A
   * hint: a socket that misses some gets all cells when it catches up with its logs.
   */
  takeCells(self: UserSelf, cells: ReadonlyArray<ReadCell>): void {
    const { hints, userId } = self.state
    for (const { conversationId, readUpTo } of cells) {
      const place = this.fanout.places.get(conversationId)
      if (place !== undefined) this.presence.hints.reached(hints, "read", userId, place, readUpTo)
    }
    const isFirst = self.state.cells === undefined
    self.state.cells ??= new Map()
    for (const cell of cells) {
      const known = self.state.cells.get(cell.conversationId)
      self.state.cells.set(cell.conversationId, known === undefined ? cell : laterCell(known, cell))
    }
    if (isFirst) this.tellCells(self)
  }

  tellCells(self: UserSelf): void {
    const cells = [...(self.state.cells?.values() ?? [])]
    self.state.cells = cells.length === 0 ? undefined : new Map()
    if (cells.length === 0) return
    self.after(tellEveryMs, { _tag: "TellCells" })
    const frames = framesOf(cells)
    for (const session of self.state.devices) for (const frame of frames) session.tellCells(frame)
    this.fanout.flush()
  }
}

/**
 * The user marked a conversation as unread: earlier reads do not remove the mark, and the next read does, however far
 * it goes.
 */
export const forgetRead = (self: UserSelf, conversationId: ConversationId) => {
  const pending = self.state.reads?.get(conversationId)
  // Keep the entry and its timer: the next read still waits for its turn.
  if (pending !== undefined) pending.upTo = pending.told = pending.sent = 0
}

export const readAnswered = (self: UserSelf, { result }: Answer) => {
  // The answer does not say which of several is busy. The timers send all unsettled ones again, and a read is
  // idempotent.
  if (result._tag === "Busy") for (const pending of self.state.reads?.values() ?? []) pending.sent = 0
  else
    for (const { id, result: outcome } of result.outcomes)
      if (outcome._tag === "Refused" && outcome.code === "invalid_target") forgetAbove(self, id)
}

/**
 * The read was above the head, which no honest device sends. A lower read that came after it counts, and goes with the
 * entry's timer.
 */
const forgetAbove = (self: UserSelf, id: CommandId) => {
  for (const pending of self.state.reads?.values() ?? []) {
    if (pending.id !== id) continue
    const refused = pending.sent
    pending.upTo = pending.told < refused ? pending.told : pending.upTo > refused ? pending.upTo : 0
    pending.sent = 0
  }
}

/** Pause between two frames (ms). */
const tellEveryMs = 500
/** Cells of one frame. */
const cellsPerFrame = 500

/** Sends all of a user's cells to sockets that connect or missed some. */
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
