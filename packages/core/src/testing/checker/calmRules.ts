/** Rules of the time in which nothing is broken: what is committed reaches every connected device soon, not only when heads are compared. */
import type { ConversationId, DeviceId } from "../../domain/Ids.ts"
import type { Entry, HistoryIndex } from "./indexHistory.ts"

/** Well below the 5 s after which what was lost would be found (ms). */
const soonMs = 2_500

interface Socket {
  readonly device: DeviceId
  readonly number: number
  liveAt: number
  closedAt: number
  /** When it had been told of each log up to a seq. */
  readonly told: Map<ConversationId, Array<readonly [seq: number, at: number]>>
}

export const checkCalm = (index: HistoryIndex): void => {
  const { entries } = index.history
  const calmAt = entries.findIndex(({ _tag }) => _tag === "calm")
  if (calmAt < 0) return
  const sockets = socketsOf(index)
  for (const entry of entries.slice(calmAt)) {
    if (entry._tag !== "committed" || index.logs.get(entry.conversationId)?.kind === "personal") continue
    for (const { seq } of entry.events) for (const socket of sockets) waited(index, socket, entry, seq)
  }
}

const socketsOf = ({ history }: HistoryIndex): ReadonlyArray<Socket> => {
  const sockets = new Map<number, Socket>()
  for (const entry of history.entries) {
    if (entry._tag === "opened") {
      const { device, socket: number } = entry
      sockets.set(number, { device, number, liveAt: Number.POSITIVE_INFINITY, closedAt: Number.POSITIVE_INFINITY, told: new Map() })
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

const waited = ({ history, report, stays, userOf }: HistoryIndex, socket: Socket, commit: Entry<"committed">, seq: number): void => {
  const { at, conversationId } = commit
  if (socket.liveAt > at || socket.closedAt < at + soonMs || history.gone.has(socket.device)) return
  const userId = userOf.get(socket.device)
  const own = userId === undefined ? undefined : stays.get(conversationId)?.get(userId)
  if (own?.some(({ from, to }) => from <= seq && seq < to) !== true) return
  const told = socket.told.get(conversationId)?.some(([upTo, when]) => upTo >= seq && when <= at + soonMs) === true
  if (!told) report("late", `${socket.device} was not told of ${seq} of ${conversationId} within ${soonMs} ms`, at)
}
