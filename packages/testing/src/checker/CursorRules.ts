/**
 * Read cursors only go forward: as stored and as shown. Reports of them may come late, and say nothing about the
 * present.
 */
import type { LogEvent } from "@hibiki/core/domain/Event"
import { type ConversationId, type DeviceId, personalLog } from "@hibiki/core/domain/Ids"
import type { ReadCell } from "@hibiki/core/domain/ReadCell"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"

export const cursorBack = (index: HistoryIndex, findings: Findings): void => {
  storedBack(index, findings)
  shownBack(index, findings)
}

/**
 * A store never writes less over a read cell than it contained, and removes a mark only if a read was stored after it.
 */
const storedBack = ({ entries, logs }: HistoryIndex, findings: Findings): void => {
  const cells = new Map<string, ReadCell>()
  entries.forEach((entry, i) => {
    if (entry._tag !== "moved") return
    for (const cell of entry.cells) {
      const { asOf, conversationId, readUpTo } = cell
      const key = `${entry.userId} ${conversationId}`
      const before = cells.get(key)
      cells.set(key, cell)
      const [about, whose] = [{ conversationId }, `The read cursor of ${entry.userId} in ${conversationId}`]
      if (before !== undefined && (readUpTo < before.readUpTo || asOf < before.asOf))
        findings.add("cursor-back", `${whose} went from ${words(before)} to ${words(cell)}`, about, i)
      const log = logs.get(personalLog(entry.userId))
      const isSet = ({ event, seq }: { readonly event: LogEvent | undefined; readonly seq: number }) =>
        event?.kind === "markedUnread" && event.conversationId === conversationId && (log?.committedAt(seq) ?? i) < i
      if (cell.markedSeq !== undefined && !isSet({ event: log?.log.events[cell.markedSeq - 1], seq: cell.markedSeq }))
        findings.add("cursor-back", `${whose} has a mark that nobody set: ${words(cell)}`, about, i)
    }
  })
}

const words = ({ asOf, markedSeq, readUpTo }: ReadCell): string =>
  `${readUpTo}${markedSeq === undefined ? "" : `, marked at ${markedSeq}`} as of ${asOf}`

const isPersonal = (index: HistoryIndex, conversationId: ConversationId): boolean =>
  index.logs.get(conversationId)?.log.kind === "personal"

/**
 * On screen, as long as the device lives. A reopened device shows at least the position that was reported to it as
 * stored. So does one that learns of a mark: it will never show a read that was not reported to it by then.
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
    findings.add(
      "cursor-back",
      `${device} showed ${conversationId} as read up to ${before}, then ${upTo}`,
      about,
      entry
    )
  }
  const marks = new MarksHeard(index)
  const heard = (device: DeviceId, of: ReadonlyArray<ConversationId>) => {
    const [shown, told] = [own(last, device), own(stored, device)]
    for (const id of of) shown.set(id, Math.min(told.get(id) ?? 0, shown.get(id) ?? 0))
  }
  entries.forEach((entry, i) => {
    if (entry._tag === "started") last.set(entry.device, new Map(stored.get(entry.device)))
    else if (entry._tag === "readShown") {
      back(entry.device, entry.conversationId, entry.upTo, i)
      own(last, entry.device).set(
        entry.conversationId,
        Math.max(entry.upTo, own(last, entry.device).get(entry.conversationId) ?? 0)
      )
    } else if (entry._tag === "called" && linesRead.has(entry.name)) marks.asked(entry.device, entry.call)
    else if (entry._tag === "answered" && entry.isOk) heard(entry.device, marks.answered(entry.device, entry.call, i))
    else if (entry._tag === "received" && entry.frame.op === "events")
      heard(entry.device, marks.received(entry.device, entry.frame))
    else if (entry._tag === "received" && entry.frame.op === "reads") {
      const known = own(stored, entry.device)
      for (const { conversationId, readUpTo } of entry.frame.cells)
        known.set(conversationId, Math.max(readUpTo, known.get(conversationId) ?? 0))
      heard(entry.device, marks.told(entry.device, entry.frame.cells))
    }
  })
  for (const { conversationId, device, fresh, readUpTo } of history.views)
    if (fresh !== undefined && !history.gone.has(device)) back(device, conversationId, readUpTo.shown)
}

/** Calls whose answers contain lines of the list, and with them marks. */
const linesRead = new Set(["me.snapshot", "conversation.get"])

/**
 * The conversations of marks that each device learns of: by the personal log's events, or before that by a cell, or by
 * a line of the list that may have been read after the mark was stored.
 */
class MarksHeard {
  readonly #asked = new Set<string>()
  /** How far each device has received its personal log. */
  readonly #upTo = new Map<DeviceId, number>()

  constructor(private readonly index: HistoryIndex) {}

  asked(device: DeviceId, call: number): void {
    this.#asked.add(`${device} ${call}`)
  }

  answered(device: DeviceId, call: number, entry: number): ReadonlyArray<ConversationId> {
    const user = this.index.userOf.get(device)
    if (user === undefined || !this.#asked.delete(`${device} ${call}`)) return []
    const log = this.index.logs.get(personalLog(user))
    const stored = (log?.log.events ?? []).filter(({ seq }) => (log?.committedAt(seq) ?? entry) < entry)
    return this.#fresh(device, stored)
  }

  received(
    device: DeviceId,
    { conversationId, events }: { readonly conversationId: ConversationId; readonly events: ReadonlyArray<LogEvent> }
  ) {
    if (!isPersonal(this.index, conversationId)) return []
    const fresh = this.#fresh(device, events)
    this.#upTo.set(device, Math.max(this.#upTo.get(device) ?? 0, events.at(-1)?.seq ?? 0))
    return fresh
  }

  told(device: DeviceId, cells: ReadonlyArray<ReadCell>): ReadonlyArray<ConversationId> {
    const upTo = this.#upTo.get(device) ?? 0
    return cells.flatMap(({ conversationId, markedSeq = 0 }) => (markedSeq > upTo ? [conversationId] : []))
  }

  #fresh(device: DeviceId, events: ReadonlyArray<LogEvent>): ReadonlyArray<ConversationId> {
    const upTo = this.#upTo.get(device) ?? 0
    return events.flatMap((event) => (event.kind === "markedUnread" && event.seq > upTo ? [event.conversationId] : []))
  }
}

/** A user who left and came back starts over. */
const hasLeft = ({ logs, userOf }: HistoryIndex, device: DeviceId, conversationId: ConversationId): boolean => {
  const user = userOf.get(device)
  const own = user === undefined ? undefined : logs.get(conversationId)?.members.get(user)
  return own?.some(({ to }) => to !== Number.POSITIVE_INFINITY) === true
}
