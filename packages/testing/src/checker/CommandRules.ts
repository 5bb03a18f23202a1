/** How commands end: every one does, and after a final refusal nothing was stored. */
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { CommandId, DeviceId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex, LogIndex } from "./HistoryIndex.ts"

export const rejectedButStored = (index: HistoryIndex, findings: Findings): void => {
  index.entries.forEach((entry, i) => {
    if (entry._tag !== "received" || entry.frame.op !== "refused") return
    const { code, conversationId, id } = entry.frame
    const user = index.userOf.get(entry.device)
    const log = index.logs.get(conversationId)
    const seq = log?.seqOf(id)
    const stored = seq === undefined ? undefined : log?.at(seq)
    // Somebody else's command with that id is another command.
    if (log === undefined || stored === undefined || stored.by !== user) return
    const bodies = index
      .bodies(conversationId, id)
      .filter((asked) => asked.by === user && asked.body.kind !== "withdraw")
    if (code === "conflict" && bodies.length > 1) return
    if (code === "withdrawn" && isTakenBack(log, stored.seq, i)) return
    if (code === "forbidden" && isTooLate(index, log, stored)) return
    findings.add(
      "rejected-but-stored",
      `${id} was refused as ${code}, and stands at ${stored.seq} of ${conversationId}`,
      { conversationId, ids: [id], seqs: [stored.seq], devices: [entry.device] },
      i
    )
  })
}

/** Taken back by somebody who is no longer a member. */
const isTooLate = (index: HistoryIndex, log: LogIndex, { by, id, seq }: LogEvent): boolean =>
  index.bodies(log.log.conversationId, id).some((asked) => asked.by === by && asked.body.kind === "withdraw") &&
  log.members.get(by)?.some(({ from, to }) => from <= seq && seq <= to && to < Number.POSITIVE_INFINITY) === true

/** Stored before it was taken back, and deleted then. */
const isTakenBack = (log: LogIndex, seq: number, refusedAt: number): boolean => {
  const event = log.at(seq)
  return (
    event?.kind === "posted" &&
    event.blanked === true &&
    log.deletedTargets.has(seq) &&
    log.committedAt(seq) < refusedAt
  )
}

export const openSend = (index: HistoryIndex, findings: Findings): void => {
  const { gone, views } = index.history
  const ends = endsOf(index)
  let rows: ReadonlyMap<DeviceId, ReadonlySet<CommandId>> | undefined
  index.entries.forEach((entry, i) => {
    if (entry._tag !== "submitted" || gone.has(entry.device)) return
    const { body, conversationId, device, id } = entry
    const end = ends.get(device)?.get(id)
    // Only its own answer ends a withdrawal: that the post was stored says nothing about it.
    if (((body.kind === "withdraw" ? end?.asWithdrawn : end?.asAny) ?? -1) > i) return
    // Few posts are settled by a page alone, so the rows are searched only for those.
    rows ??= ownRows(index)
    if (body.kind === "post" && rows.get(device)?.has(id)) return
    findings.add(
      "open-send",
      `${body.kind} ${id} of ${device} in ${conversationId} never ended`,
      { conversationId, ids: [id], devices: [device] },
      i
    )
  })
  for (const { conversationId, device, unsettled } of views) {
    if (gone.has(device)) continue
    for (const id of unsettled)
      findings.add("open-send", `${device} still holds ${id} of ${conversationId} as unsettled`, {
        conversationId,
        ids: [id],
        devices: [device]
      })
  }
}

/** The last entries that ended a command of a device. */
interface End {
  /** By an answer, its event, or the device itself. */
  asAny: number
  /** By a refusal, or the device itself. */
  asWithdrawn: number
}

const endsOf = (index: HistoryIndex): ReadonlyMap<DeviceId, ReadonlyMap<CommandId, End>> => {
  const ends = new Map<DeviceId, Map<CommandId, End>>()
  const end = (device: DeviceId, id: CommandId, entry: number, isWithdrawn = false) => {
    const ofDevice = ends.get(device) ?? new Map<CommandId, End>()
    ends.set(device, ofDevice)
    const known = ofDevice.get(id) ?? { asAny: -1, asWithdrawn: -1 }
    known.asAny = Math.max(known.asAny, entry)
    if (isWithdrawn) known.asWithdrawn = entry
    ofDevice.set(id, known)
  }
  index.entries.forEach((entry, i) => {
    if (entry._tag === "dropped") end(entry.device, entry.id, i, true)
    if (entry._tag !== "received") return
    const { device, frame } = entry
    if (frame.op === "accepted" || frame.op === "refused") end(device, frame.id, i, frame.op === "refused")
    else if (frame.op === "events")
      for (const { by, id } of frame.events) if (by === index.userOf.get(device)) end(device, id, i)
  })
  return ends
}

/** Ids of the user's own rows that each device read or showed: such posts are stored. */
const ownRows = (index: HistoryIndex): ReadonlyMap<DeviceId, ReadonlySet<CommandId>> => {
  const own = new Map<DeviceId, Set<CommandId>>()
  const take = (device: DeviceId, { by, id }: MessageRow) => {
    if (by === index.userOf.get(device)) own.set(device, (own.get(device) ?? new Set()).add(id))
  }
  for (const { device, rows } of index.reads) for (const row of rows) take(device, row)
  for (const { device, list } of index.lists)
    for (const shown of list) if (shown._tag === "row") take(device, shown.row)
  return own
}
