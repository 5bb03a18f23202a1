/** Read cursors only go forward: as committed, as received and as shown. */
import type { LogEvent } from "../../domain/Event.ts"
import { type ConversationId, type DeviceId, personalLog } from "../../domain/Ids.ts"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"
import type { Concern } from "./Violation.ts"

interface Track {
  upTo: number
  /** A mark stands, which the next read clears without having to go further. */
  isMarked: boolean
}

/** Follows the cursors of one personal log, as one reader gets its events. */
class CursorTracks {
  readonly #tracks = new Map<string, Track>()
  #seq = 0

  /** What is wrong with the event. Events that were taken before say nothing new. */
  take(event: LogEvent): string | undefined {
    if (event.seq <= this.#seq) return undefined
    // Marks may be among what was jumped over.
    if (event.seq > this.#seq + 1) for (const track of this.#tracks.values()) track.isMarked = true
    this.#seq = event.seq
    if (event.kind !== "readAdvanced" && event.kind !== "markedUnread") return undefined
    const track = this.#tracks.get(event.conversationId)
    if (event.kind === "markedUnread") {
      this.#tracks.set(event.conversationId, { upTo: track?.upTo ?? -1, isMarked: true })
      return undefined
    }
    this.#tracks.set(event.conversationId, { upTo: Math.max(track?.upTo ?? -1, event.upTo), isMarked: false })
    if (track === undefined || event.upTo > track.upTo || (track.isMarked && event.upTo === track.upTo)) return undefined
    return `the read cursor of ${event.conversationId} went from ${track.upTo} to ${event.upTo} at ${event.seq} of the personal log`
  }
}

export const cursorBack = (index: HistoryIndex, findings: Findings): void => {
  advancedBack(index, findings)
  shownBack(index, findings)
}

const advancedBack = (index: HistoryIndex, findings: Findings): void => {
  const readers = new Map<string, CursorTracks>()
  const take = (reader: string, events: ReadonlyArray<LogEvent>, text: string, about: Concern, entry?: number) => {
    const tracks = readers.get(reader) ?? new CursorTracks()
    readers.set(reader, tracks)
    for (const event of events) {
      const wrong = tracks.take(event)
      if (wrong !== undefined) findings.add("cursor-back", `${text}: ${wrong}`, { ...about, ids: [event.id], seqs: [event.seq] }, entry)
    }
  }
  index.entries.forEach((entry, i) => {
    if (entry._tag === "committed") {
      const { conversationId, events } = entry
      if (isPersonal(index, conversationId))
        take(`store ${conversationId}`, events, `Committed in ${conversationId}`, { conversationId }, i)
    } else if (entry._tag === "received" && entry.frame.op === "events") {
      const { device, frame } = entry
      if (!isPersonal(index, frame.conversationId)) return
      const about = { conversationId: frame.conversationId, devices: [device] }
      take(`${device} ${frame.conversationId}`, frame.events, `Received by ${device}`, about, i)
    }
  })
  for (const { conversationId, events, kind } of index.history.logs)
    if (kind === "personal") take(`log ${conversationId}`, events, `In the log ${conversationId}`, { conversationId })
}

const isPersonal = (index: HistoryIndex, conversationId: ConversationId): boolean => index.logs.get(conversationId)?.log.kind === "personal"

/**
 * On screen: as long as the device lives; one that was opened anew shows at least what it was told of as stored. So does one that hears of a mark: what
 * was read there and not stored before it is not told any more.
 */
const shownBack = (index: HistoryIndex, findings: Findings): void => {
  const { entries, history } = index
  const last = new Map<DeviceId, Map<ConversationId, number>>()
  const stored = new Map<DeviceId, Map<ConversationId, number>>()
  const own = (book: Map<DeviceId, Map<ConversationId, number>>, device: DeviceId) => {
    const known = book.get(device) ?? new Map<ConversationId, number>()
    book.set(device, known)
    return known
  }
  const back = (device: DeviceId, conversationId: ConversationId, upTo: number, entry?: number) => {
    const before = last.get(device)?.get(conversationId) ?? 0
    if (upTo >= before || hasLeft(index, device, conversationId)) return
    const about = { conversationId, seqs: [before, upTo], devices: [device] }
    findings.add("cursor-back", `${device} showed ${conversationId} as read up to ${before}, then ${upTo}`, about, entry)
  }
  const marks = new MarksHeard(index)
  const heard = (device: DeviceId, of: ReadonlyArray<Mark>) => {
    const shown = own(last, device)
    for (const { conversationId, stands } of of) shown.set(conversationId, Math.min(stands, shown.get(conversationId) ?? 0))
  }
  entries.forEach((entry, i) => {
    if (entry._tag === "started") last.set(entry.device, new Map(stored.get(entry.device)))
    else if (entry._tag === "readShown") {
      back(entry.device, entry.conversationId, entry.upTo, i)
      own(last, entry.device).set(entry.conversationId, Math.max(entry.upTo, own(last, entry.device).get(entry.conversationId) ?? 0))
    } else if (entry._tag === "called" && linesRead.has(entry.name)) marks.asked(entry.device, entry.call)
    else if (entry._tag === "answered" && entry.isOk) heard(entry.device, marks.answered(entry.device, entry.call, i))
    else if (entry._tag === "received" && entry.frame.op === "events") {
      const known = own(stored, entry.device)
      for (const event of entry.frame.events)
        if (event.kind === "readAdvanced") known.set(event.conversationId, Math.max(event.upTo, known.get(event.conversationId) ?? 0))
      heard(entry.device, marks.received(entry.device, entry.frame))
    }
  })
  for (const { conversationId, device, fresh, readUpTo } of history.views)
    if (fresh !== undefined && !history.gone.has(device)) back(device, conversationId, readUpTo.shown)
}

/** Calls whose answers hold lines of the list, and with them marks. */
const linesRead = new Set(["me.snapshot", "conversation.get"])

interface Mark {
  readonly conversationId: ConversationId
  /** How far the conversation stands as read since. */
  readonly stands: number
}

/** The marks that each device hears of: by the personal log's events, or before that by a line of the list that may have been read after the mark was stored. */
class MarksHeard {
  readonly #asked = new Set<string>()
  /** By device, how far it got its personal log. */
  readonly #upTo = new Map<DeviceId, number>()

  constructor(private readonly index: HistoryIndex) {}

  asked(device: DeviceId, call: number): void {
    this.#asked.add(`${device} ${call}`)
  }

  answered(device: DeviceId, call: number, entry: number): ReadonlyArray<Mark> {
    const user = this.index.userOf.get(device)
    if (user === undefined || !this.#asked.delete(`${device} ${call}`)) return []
    const log = this.index.logs.get(personalLog(user))
    const stored = (log?.log.events ?? []).filter(({ seq }) => (log?.committedAt(seq) ?? entry) < entry)
    return this.#fresh(device, personalLog(user), stored)
  }

  received(
    device: DeviceId,
    { conversationId, events }: { readonly conversationId: ConversationId; readonly events: ReadonlyArray<LogEvent> }
  ) {
    if (!isPersonal(this.index, conversationId)) return []
    const fresh = this.#fresh(device, conversationId, events)
    this.#upTo.set(device, Math.max(this.#upTo.get(device) ?? 0, events.at(-1)?.seq ?? 0))
    return fresh
  }

  #fresh(device: DeviceId, personal: ConversationId, events: ReadonlyArray<LogEvent>): ReadonlyArray<Mark> {
    const upTo = this.#upTo.get(device) ?? 0
    return events.flatMap((event) =>
      event.kind === "markedUnread" && event.seq > upTo
        ? [{ conversationId: event.conversationId, stands: storedBefore(this.index, personal, event) }]
        : []
    )
  }
}

/** How far the personal log had the conversation as read when the mark came. */
const storedBefore = ({ logs }: HistoryIndex, personal: ConversationId, mark: Extract<LogEvent, { kind: "markedUnread" }>): number =>
  (logs.get(personal)?.log.events ?? []).reduce(
    (most, event) =>
      event.kind === "readAdvanced" && event.conversationId === mark.conversationId && event.seq < mark.seq
        ? Math.max(most, event.upTo)
        : most,
    0
  )

/** Who left and came back begins anew. */
const hasLeft = ({ logs, userOf }: HistoryIndex, device: DeviceId, conversationId: ConversationId): boolean => {
  const user = userOf.get(device)
  const own = user === undefined ? undefined : logs.get(conversationId)?.members.get(user)
  return own?.some(({ to }) => to !== Number.POSITIVE_INFINITY) === true
}
