/**
 * The story of a violation, for debugging a failing run: the history of its messages, then of its devices' sockets
 * there, and nothing else.
 */
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import type { History, HistoryEntry } from "./History.ts"
import type { Concern, Violation } from "./Violation.ts"

const linesMax = 40

/**
 * One line for each entry, at most `linesMax` in all. Ids are cut to their ends; users and devices are in the order of
 * their first sign-in.
 */
export const shortestStory = (history: History, violation: Violation): string => {
  const names = namesOf(history)
  const concerns = new Concerns(violation.about)
  const messages: Array<number> = []
  const sockets: Array<number> = []
  history.entries.forEach((entry, i) => {
    if (i === violation.entry || concerns.isOfItsMessages(entry)) messages.push(i)
    else if (concerns.isOfItsSockets(entry)) sockets.push(i)
  })
  const head = [`${violation.rule}: ${named(violation.text, names)}`]
  const room = linesMax - head.length
  const kept = nearest(messages, violation.entry, room)
  kept.push(...nearest(sockets, violation.entry, room - kept.length))
  const lines = kept.sort((a, b) => a - b).flatMap((i) => lineOf(history.entries[i], i, concerns, names))
  return [...head, ...lines].join("\n")
}

/** The last ones up to the violation, and later ones only if there is room left. */
const nearest = (places: ReadonlyArray<number>, at: number | undefined, count: number): Array<number> => {
  const end = at === undefined ? places.length : places.filter((place) => place <= at).length
  const start = Math.max(0, end - count)
  return count <= 0 ? [] : places.slice(start, start + count)
}

class Concerns {
  readonly #about: Concern
  readonly #ids: ReadonlySet<string>
  readonly #seqs: ReadonlySet<number>
  readonly #devices: ReadonlySet<string>

  constructor(about: Concern) {
    this.#about = about
    this.#ids = new Set(about.ids)
    this.#seqs = new Set(about.seqs)
    this.#devices = new Set(about.devices)
  }

  isOfItsMessages(entry: HistoryEntry): boolean {
    switch (entry._tag) {
      case "submitted":
      case "dropped":
        return this.#ids.has(entry.id)
      case "committed":
        return this.#isHere(entry.conversationId) && entry.events.some((event) => this.names(event))
      case "sent":
        return idsOf(entry.frame).some((id) => this.#ids.has(id))
      case "received":
        if (entry.frame.op === "events")
          return this.#isHere(entry.frame.conversationId) && entry.frame.events.some((event) => this.names(event))
        return "id" in entry.frame && this.#ids.has(entry.frame.id)
      default:
        return false
    }
  }

  isOfItsSockets(entry: HistoryEntry): boolean {
    if (entry._tag === "fault") return true
    if (!("device" in entry) || !this.#devices.has(entry.device)) return false
    switch (entry._tag) {
      case "opened":
      case "closed":
        return this.#about.socket === undefined || entry.socket === this.#about.socket
      case "revoked":
        return true
      case "readShown":
        return this.#isHere(entry.conversationId)
      case "received":
        return "conversationId" in entry.frame && this.#isHere(entry.frame.conversationId)
      case "sent":
        return (
          entry.frame.op === "hello" || ("conversationId" in entry.frame && this.#isHere(entry.frame.conversationId))
        )
      default:
        return false
    }
  }

  names(event: LogEvent): boolean {
    return this.#ids.has(event.id) || this.#seqs.has(event.seq) || ("target" in event && this.#seqs.has(event.target))
  }

  place(pairs: ReadonlyArray<readonly [string, number]>): string {
    const pair = pairs.find(([id]) => id === this.#about.conversationId)
    return pair === undefined ? "without a place there" : `from ${pair[1]}`
  }

  #isHere(conversationId: string): boolean {
    return this.#about.conversationId === undefined || this.#about.conversationId === conversationId
  }
}

type Names = ReadonlyMap<string, string>

const namesOf = ({ entries, logs }: History): Names => {
  const names = new Map<string, string>()
  let users = 0
  const devices = new Map<string, number>()
  for (const entry of entries) {
    if (entry._tag !== "signedIn" || names.has(entry.device)) continue
    if (!names.has(entry.userId)) names.set(entry.userId, `user${++users}`)
    const user = names.get(entry.userId) ?? ""
    devices.set(user, (devices.get(user) ?? 0) + 1)
    names.set(entry.device, `${user}/device${devices.get(user)}`)
  }
  let conversations = 0
  for (const { conversationId, kind } of logs)
    if (!names.has(conversationId)) names.set(conversationId, `${kind}${++conversations}`)
  return names
}

const uuidText = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

const named = (text: string, names: Names): string =>
  text.replace(uuidText, (uuid) => names.get(uuid) ?? uuid.slice(-6))

const lineOf = (
  entry: HistoryEntry | undefined,
  i: number,
  concerns: Concerns,
  names: Names
): ReadonlyArray<string> => {
  if (entry === undefined) return []
  const who = "device" in entry ? `${entry.device}${"socket" in entry ? ` #${entry.socket}` : ""}: ` : ""
  return [named(`${i} ${entry.at}ms ${who}${wordsOf(entry, concerns)}`, names)]
}

const wordsOf = (entry: HistoryEntry, concerns: Concerns): string => {
  switch (entry._tag) {
    case "submitted":
      return `submitted ${entry.id} ${JSON.stringify(entry.body).slice(0, 100)}`
    case "dropped":
      return `dropped ${entry.id}`
    case "closed":
      return `closed ${entry.code}`
    case "sent":
      return `sent ${clientWords(entry.frame, concerns)}`
    case "received":
      return `received ${serverWords(entry.frame, concerns)}`
    case "committed":
      return `committed in ${entry.conversationId}: ${eventWords(entry.events, concerns)}`
    case "moved":
      return `wrote how far ${entry.userId} has read: ${JSON.stringify(entry.cells)}`
    case "readShown":
      return `shows ${entry.conversationId} as read up to ${entry.upTo}`
    case "called":
      return `called ${entry.name} (${entry.call})`
    case "answered":
      return `call ${entry.call} answered ${entry.isOk ? `with ${entry.rows?.length ?? "no"} rows` : "with an error"}`
    case "shown":
      return `shows ${entry.conversationId}: ${entry.entries
        .map((shown) => (shown._tag === "row" ? shown.row.seq : `(${shown.from}-${shown.to})`))
        .join(" ")
        .slice(0, 100)}`
    case "fault":
      return `fault: ${entry.text}`
    default:
      return entry._tag
  }
}

const clientWords = (frame: ClientFrame, concerns: Concerns): string => {
  if (frame.op === "hello") return `hello ${concerns.place(frame.cursors)}`
  return [frame.op, ...idsOf(frame), ...(frame.op === "range" ? [frame.from, frame.to] : [])].join(" ")
}

const serverWords = (frame: ServerFrame, concerns: Concerns): string => {
  if (frame.op === "events") return `events ${eventWords(frame.events, concerns)}`
  const { op, ...rest } = frame
  return `${op} ${JSON.stringify(rest).slice(0, 160)}`
}

const eventWords = (events: ReadonlyArray<LogEvent>, concerns: Concerns): string => {
  const [first, last] = [events[0]?.seq ?? 0, events[events.length - 1]?.seq ?? 0]
  const those = events.filter((event) => concerns.names(event)).slice(0, 4)
  const words = those.map(
    (event) => `${event.seq} ${event.kind} ${event.id}${"target" in event ? ` of ${event.target}` : ""}`
  )
  return `${first === last ? first : `${first}-${last}`} [${words.join(", ")}]`
}

const idsOf = (frame: ClientFrame): ReadonlyArray<string> =>
  frame.op === "post" ? frame.posts.map(({ id }) => id) : "id" in frame ? [frame.id] : []
