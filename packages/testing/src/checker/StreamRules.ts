/**
 * Each socket's stream of each log follows the place that the device stated, without a gap and without going back.
 * These may replace events: `withheld`, `behind`, `reset`, and `accepted`, which is the event itself if it comes in its
 * place. Elsewhere `accepted` moves nothing, and the event may still come. Events that the device requested again
 * (`range`) move nothing either.
 */
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"

interface Place {
  /** The stream is complete up to here; undefined: the log has no place on this socket yet. */
  at: number | undefined
  /** Received by `accepted`, above `at`. */
  readonly accepted: Set<number>
  readonly asked: Array<{ readonly from: number; readonly to: number }>
}

type Places = Map<ConversationId, Place>
type Found = (conversationId: ConversationId, text: string, seqs: ReadonlyArray<number>) => void

export const orderOrGap = ({ entries }: HistoryIndex, findings: Findings): void => {
  const sockets = new Map<number, Places>()
  entries.forEach((entry, i) => {
    if (entry._tag !== "sent" && entry._tag !== "received") return
    const places: Places = sockets.get(entry.socket) ?? new Map()
    sockets.set(entry.socket, places)
    if (entry._tag === "sent") return state(places, entry.frame)
    receive(places, entry.frame, foundOn(findings, entry.device, entry.socket, i))
  })
}

const foundOn =
  (findings: Findings, device: DeviceId, socket: number, entry: number): Found =>
  (conversationId, text, seqs) =>
    findings.add(
      "order-or-gap",
      `On socket ${socket}, ${conversationId}: ${text}`,
      { conversationId, seqs, devices: [device], socket },
      entry
    )

const placeIn = (places: Places, conversationId: ConversationId): Place => {
  const known = places.get(conversationId)
  const place = known ?? { at: undefined, accepted: new Set(), asked: [] }
  if (known === undefined) places.set(conversationId, place)
  return place
}

const state = (places: Places, frame: ClientFrame): void => {
  if (frame.op === "hello") for (const [id, seq] of frame.cursors) placeIn(places, id).at = seq
  else if (frame.op === "cursors") for (const [id, seq] of frame.pairs) placeIn(places, id).at = seq
  else if (frame.op === "range") placeIn(places, frame.conversationId).asked.push({ from: frame.from, to: frame.to })
}

const receive = (places: Places, frame: ServerFrame, found: Found): void => {
  switch (frame.op) {
    case "accepted": {
      const place = placeIn(places, frame.conversationId)
      if (frame.seq > (place.at ?? 0)) place.accepted.add(frame.seq)
      return
    }
    case "behind": {
      const place = placeIn(places, frame.conversationId)
      moveTo(place, Math.max(place.at ?? 0, frame.head))
      return
    }
    case "reset":
      moveTo(placeIn(places, frame.conversationId), frame.head)
      return
    case "withheld":
      return withhold(placeIn(places, frame.conversationId), frame, found)
    case "events":
      return takeEvents(placeIn(places, frame.conversationId), frame, found)
  }
}

const withhold = (
  place: Place,
  { conversationId, from, to }: Extract<ServerFrame, { op: "withheld" }>,
  found: Found
): void => {
  if (follows(place, from)) moveTo(place, Math.max(place.at ?? 0, to))
  else if (!wasAsked(place, from, to)) {
    found(conversationId, `${from} to ${to} are withheld, after ${place.at ?? "no place"}`, [place.at ?? 0, from])
    moveTo(place, to)
  }
}

const takeEvents = (
  place: Place,
  { conversationId, events }: Extract<ServerFrame, { op: "events" }>,
  found: Found
): void => {
  const first = events[0]?.seq
  let last = first
  if (first === undefined || last === undefined) return
  for (const { seq } of events.slice(1)) {
    if (seq !== last + 1) found(conversationId, `${seq} follows ${last} in one frame`, [last, seq])
    last = Math.max(last, seq)
  }
  const at = place.at
  const isBack = at !== undefined && first <= at
  if ((isBack || !follows(place, first)) && !wasAsked(place, first, last))
    found(conversationId, `${first} comes after ${at ?? "no place was stated or told"}`, [at ?? 0, first])
  else if (!isBack && !follows(place, first)) return
  moveTo(place, Math.max(at ?? 0, last))
}

/** Whether `seq` is the next, or overlaps, if accepted events count as received. */
const follows = (place: Place, seq: number): boolean => {
  if (place.at === undefined) return false
  let at = place.at
  while (at + 1 < seq && place.accepted.has(at + 1)) at++
  return seq <= at + 1
}

const wasAsked = (place: Place, from: number, to: number): boolean =>
  place.asked.some((range) => range.from <= from && to <= range.to)

const moveTo = (place: Place, at: number): void => {
  place.at = at
  for (const seq of place.accepted) if (seq <= at) place.accepted.delete(seq)
}
