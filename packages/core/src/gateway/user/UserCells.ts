/**
 * How far a user has read, told to the user's own devices here: the first at once, and what comes soon after it in one
 * frame. A hint: a socket that hears none of it for a while is told all cells when it is brought to where its logs are.
 */

import { laterCell, type ReadCell } from "../../domain/ReadCell.ts"
import { encodeFrame } from "../../protocol/EncodedFrame.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { UserSelf } from "./UserState.ts"

/** Between two frames (ms). */
const tellEveryMs = 500
/** Cells of one frame. */
const cellsPerFrame = 500

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
