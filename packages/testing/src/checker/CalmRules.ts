/**
 * Rules of the time without faults: a committed event reaches every connected device soon, not only at the next
 * comparison of heads.
 */
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import type { Findings } from "./Findings.ts"
import type { HistoryEntry } from "./History.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"

type Entry<Tag extends HistoryEntry["_tag"]> = Extract<HistoryEntry, { _tag: Tag }>

/** Well below the 5 s after which a lost event would be found (ms). */
const soonMs = 2_500

interface Socket {
  readonly device: DeviceId
  readonly number: number
  liveAt: number
  closedAt: number
  /** When the device had received each log up to a seq. */
  readonly told: Map<ConversationId, Array<readonly [seq: number, at: number]>>
}

export const late = (index: HistoryIndex, findings: Findings): void => {
  const { entries } = index
  const calmAt = entries.findIndex(({ _tag }) => _tag === "calm")
  if (calmAt < 0) return
  const sockets = socketsOf(index)
  entries.forEach((entry, i) => {
    if (i < calmAt || entry._tag !== "committed" || index.logs.get(entry.conversationId)?.log.kind === "personal")
      return
    for (const { seq } of entry.events) {
      for (const socket of sockets) {
        if (!hasWaited(index, socket, entry, seq)) continue
        const { conversationId } = entry
        const about = { conversationId, seqs: [seq], devices: [socket.device], socket: socket.number }
        findings.add(
          "late",
          `${socket.device} was not told of ${seq} of ${conversationId} within ${soonMs} ms`,
          about,
          i
        )
      }
    }
  })
}

const socketsOf = ({ entries }: HistoryIndex): ReadonlyArray<Socket> => {
  const sockets = new Map<number, Socket>()
  for (const entry of entries) {
    if (entry._tag === "opened") {
      const { device, socket: number } = entry
      sockets.set(number, {
        device,
        number,
        liveAt: Number.POSITIVE_INFINITY,
        closedAt: Number.POSITIVE_INFINITY,
        told: new Map()
      })
    } else if (entry._tag === "closed") {
      const socket = sockets.get(entry.socket)
      if (socket !== undefined) socket.closedAt = entry.at
    } else if (entry._tag === "received") {
      const socket = sockets.get(entry.socket)
      if (socket !== undefined) heard(socket, entry)
    }
  }
  return [...sockets.values()]
}

const heard = (socket: Socket, { at, frame }: Entry<"received">): void => {
  const note = (log: ConversationId, seq: number | undefined) => {
    if (seq === undefined) return
    const told = socket.told.get(log)
    if (told === undefined) socket.told.set(log, [[seq, at]])
    else told.push([seq, at])
  }
  if (frame.op === "live") socket.liveAt = at
  else if (frame.op === "events") note(frame.conversationId, frame.events.at(-1)?.seq)
  else if (frame.op === "accepted") note(frame.conversationId, frame.seq)
  else if (frame.op === "behind" || frame.op === "reset") note(frame.conversationId, frame.head)
  else if (frame.op === "withheld") note(frame.conversationId, frame.to)
}

const hasWaited = (
  { history, logs, userOf }: HistoryIndex,
  socket: Socket,
  commit: Entry<"committed">,
  seq: number
): boolean => {
  const { at, conversationId } = commit
  if (socket.liveAt > at || socket.closedAt < at + soonMs || history.gone.has(socket.device)) return false
  const userId = userOf.get(socket.device)
  const own = userId === undefined ? undefined : logs.get(conversationId)?.members.get(userId)
  if (own?.some(({ from, to }) => from <= seq && seq < to) !== true) return false
  return socket.told.get(conversationId)?.some(([upTo, when]) => upTo >= seq && when <= at + soonMs) !== true
}
