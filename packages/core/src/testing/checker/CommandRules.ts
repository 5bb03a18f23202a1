/** How commands end: every one does, and a final refusal means that nothing was stored. */
import type { CommandId, DeviceId } from "../../domain/Ids.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"
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
    // Somebody else's command of that id is none of this one.
    if (log === undefined || stored === undefined || stored.by !== user) return
    const bodies = index.bodies(conversationId, id).filter((asked) => asked.by === user && asked.body.kind !== "withdraw")
    if (code === "conflict" && bodies.length > 1) return
    if (code === "withdrawn" && isTakenBack(log, stored.seq, i)) return
    findings.add(
      "rejected-but-stored",
      `${id} was refused as ${code}, and stands at ${stored.seq} of ${conversationId}`,
      { conversationId, ids: [id], seqs: [stored.seq], devices: [entry.device] },
      i
    )
  })
}

/** Stored before it was taken back, and deleted then. */
const isTakenBack = (log: LogIndex, seq: number, refusedAt: number): boolean => {
  const event = log.at(seq)
  return event?.kind === "posted" && event.blanked === true && log.deletedTargets.has(seq) && log.committedAt(seq) < refusedAt
}

export const openSend = (index: HistoryIndex, findings: Findings): void => {
  const { gone, views } = index.history
  const ends = endsOf(index)
  index.entries.forEach((entry, i) => {
    if (entry._tag !== "submitted" || gone.has(entry.device)) return
    const { body, conversationId, device, id } = entry
    if ((ends.get(device)?.get(id) ?? -1) > i) return
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

/** The last entry that ended a command of its device: an answer, its event or row, or the device itself. */
const endsOf = (index: HistoryIndex): ReadonlyMap<DeviceId, ReadonlyMap<CommandId, number>> => {
  const ends = new Map<DeviceId, Map<CommandId, number>>()
  const end = (device: DeviceId, id: CommandId, entry: number) => {
    const known = ends.get(device) ?? new Map<CommandId, number>()
    ends.set(device, known)
    known.set(id, Math.max(known.get(id) ?? -1, entry))
  }
  index.entries.forEach((entry, i) => {
    if (entry._tag === "dropped") end(entry.device, entry.id, i)
    else if (entry._tag === "received") for (const id of endedBy(entry.frame, index.userOf.get(entry.device))) end(entry.device, id, i)
  })
  for (const { device, entry, rows } of index.reads)
    for (const row of rows) if (row.by === index.userOf.get(device)) end(device, row.id, entry ?? index.entries.length)
  for (const { device, entry, list } of index.lists)
    for (const shown of list)
      if (shown._tag === "row" && shown.row.by === index.userOf.get(device)) end(device, shown.row.id, entry ?? index.entries.length)
  return ends
}

const endedBy = (frame: ServerFrame, user: string | undefined): ReadonlyArray<CommandId> => {
  if (frame.op === "accepted" || frame.op === "refused") return [frame.id]
  return frame.op === "events" ? frame.events.filter(({ by }) => by === user).map(({ id }) => id) : []
}
