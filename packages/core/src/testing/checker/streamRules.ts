/** Rules over what came to devices: by sockets and by calls. */
import type { LogEvent } from "../../domain/Event.ts"
import type { ConversationId, DeviceId } from "../../domain/Ids.ts"
import type { ClientFrame } from "../../protocol/ClientFrame.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"
import { type Entry, type HistoryIndex, isBlanked } from "./indexHistory.ts"

/** How long an ended device's socket may live on, and a call with its token be let through (ms). */
const socketsEndWithinMs = 5_000
const tokensEndWithinMs = 1_000

export const checkStreams = (index: HistoryIndex): void => {
  const places = new Map<number, Map<ConversationId, number>>()
  const revoked = new Map<DeviceId, number>()
  const begun = new Map<number, number>()
  index.history.entries.forEach((entry, place) => {
    switch (entry._tag) {
      case "sent":
        stated(places, entry.socket, entry.frame)
        break
      case "received":
        afterRevocation(index, entry, revoked.get(entry.device))
        if (entry.frame.op === "events") contents(index, entry, place)
        follows(index, entry, placesOf(places, entry.socket))
        break
      case "revoked":
        revoked.set(entry.device, entry.at)
        break
      case "called":
        begun.set(entry.call, entry.at)
        break
      case "answered":
        answered(index, entry, place, begun.get(entry.call) ?? entry.at, revoked.get(entry.device))
        break
      default:
    }
  })
}

const placesOf = (places: Map<number, Map<ConversationId, number>>, socket: number): Map<ConversationId, number> => {
  const known = places.get(socket) ?? new Map<ConversationId, number>()
  places.set(socket, known)
  return known
}

const stated = (places: Map<number, Map<ConversationId, number>>, socket: number, frame: ClientFrame): void => {
  const pairs = frame.op === "hello" ? frame.cursors : frame.op === "cursors" ? frame.pairs : []
  for (const [log, seq] of pairs) placesOf(places, socket).set(log, seq)
}

const afterRevocation = ({ report }: HistoryIndex, { at, device, frame }: Entry<"received">, since: number | undefined): void => {
  if (since !== undefined && at > since + socketsEndWithinMs)
    report("recv-after-revoke", `${device} was given ${frame.op} ${at - since} ms after it was ended`, at)
}

const answered = (index: HistoryIndex, entry: Entry<"answered">, place: number, begunAt: number, since: number | undefined): void => {
  const { at, conversationId, device, isOk, rows } = entry
  if (isOk && since !== undefined && begunAt > since + tokensEndWithinMs)
    index.report("recv-after-revoke", `a call of ${device}, begun ${begunAt - since} ms after it was ended, was answered`, at)
  if (conversationId === undefined) return
  for (const { rev, seq } of rows ?? []) {
    if (!mayRead(index, device, conversationId, seq, place, rev))
      index.report("leak-to-non-member", `${device} read the row ${seq} (changed at ${rev}) of ${conversationId}`, at)
  }
}

/** The events are those of the log, and for this reader. */
const contents = (index: HistoryIndex, entry: Entry<"received">, place: number): void => {
  if (entry.frame.op !== "events") return
  const { conversationId, events } = entry.frame
  const log = index.logs.get(conversationId)
  for (const event of events) {
    const stored = log?.events[event.seq - 1]
    if (stored === undefined || stored.id !== event.id || stored.kind !== event.kind || stored.by !== event.by)
      index.report("one-message-per-seq", `${entry.device} was given ${event.id} as ${event.seq} of ${conversationId}`, entry.at)
    else if (!isBlanked(stored) && !isBlanked(event) && textOf(stored) !== textOf(event))
      index.report("corrupted", `${entry.device} was given another text as ${event.seq} of ${conversationId}`, entry.at)
    if (!mayRead(index, entry.device, conversationId, event.seq, place))
      index.report("leak-to-non-member", `${entry.device} was given ${event.kind} at ${event.seq} of ${conversationId}`, entry.at)
  }
}

const textOf = (event: LogEvent): string | undefined => ("text" in event ? event.text : undefined)

/** Whether the user had, by then, become a member in a stay that covers this event. */
const mayRead = (
  { committedAt, logs, stays, userOf }: HistoryIndex,
  device: DeviceId,
  conversationId: ConversationId,
  seq: number,
  place: number,
  rev = seq
): boolean => {
  const log = logs.get(conversationId)
  const userId = userOf.get(device)
  if (log === undefined || userId === undefined) return false
  if (log.kind === "personal") return conversationId === (userId as string)
  const own = stays.get(conversationId)?.get(userId) ?? []
  return own.some(({ from, to }) => {
    const hadBegun = log.kind === "direct" || committedAt(conversationId, from) < place
    return hadBegun && Math.max(seq, rev) <= to && (log.history === "all" || seq >= from)
  })
}

/** Follows one socket's place in each log: a step over something that is not said is a hole. */
const follows = ({ report }: HistoryIndex, { at, device, frame, socket }: Entry<"received">, places: Map<ConversationId, number>): void => {
  const next = placeAfter(frame, places)
  if (next === undefined) return
  const [log, to, isHole] = next
  if (isHole)
    report(
      "order-or-gap",
      `${device} (socket ${socket}) was given ${frame.op} up to ${to} of ${log} and stood at ${places.get(log) ?? "no place"}`,
      at
    )
  places.set(log, to)
}

const placeAfter = (
  frame: ServerFrame,
  places: ReadonlyMap<ConversationId, number>
): readonly [log: ConversationId, to: number, isHole: boolean] | undefined => {
  switch (frame.op) {
    case "events": {
      const [first, last] = [frame.events[0], frame.events.at(-1)]
      if (first === undefined || last === undefined) return undefined
      const place = places.get(frame.conversationId)
      const isConsecutive = frame.events.every(({ seq }, i) => seq === first.seq + i)
      return [frame.conversationId, Math.max(place ?? 0, last.seq), place === undefined || first.seq > place + 1 || !isConsecutive]
    }
    case "accepted": {
      const place = places.get(frame.conversationId)
      return place !== undefined && frame.seq === place + 1 ? [frame.conversationId, frame.seq, false] : undefined
    }
    case "behind":
      return [frame.conversationId, Math.max(places.get(frame.conversationId) ?? 0, frame.head), false]
    case "reset":
      return [frame.conversationId, frame.head, false]
    case "withheld": {
      const place = places.get(frame.conversationId)
      return [frame.conversationId, Math.max(place ?? 0, frame.to), place === undefined || frame.from > place + 1]
    }
    default:
      return undefined
  }
}
