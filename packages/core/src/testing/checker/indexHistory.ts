/** One pass over a history, so that each rule can look up what it needs. */
import type { LogEvent } from "../../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, UserId } from "../../domain/Ids.ts"
import type { FinalLog, History, HistoryEntry } from "./History.ts"
import type { RuleName, Violation } from "./Violation.ts"

export type Entry<Tag extends HistoryEntry["_tag"]> = Extract<HistoryEntry, { _tag: Tag }>

/** A stay of a user in a conversation: from the event that began it to the one that ended it, both included. */
export interface Stay {
  readonly from: number
  to: number
}

/** An answer, or an own event, that told a device where its command stands. */
export interface Ack {
  readonly id: CommandId
  readonly conversationId: ConversationId
  readonly seq: number
  readonly at: number
  readonly userId: UserId
}

export interface HistoryIndex {
  readonly history: History
  readonly userOf: ReadonlyMap<DeviceId, UserId>
  readonly logs: ReadonlyMap<ConversationId, FinalLog>
  /** By id; a withdrawal stands beside the post that it takes back. */
  readonly submitted: ReadonlyMap<CommandId, Entry<"submitted">>
  readonly withdrawn: ReadonlySet<CommandId>
  readonly dropped: ReadonlySet<CommandId>
  readonly refused: ReadonlyMap<CommandId, string>
  readonly acks: ReadonlyArray<Ack>
  /** In each final log, where an id stands. */
  readonly places: ReadonlyMap<ConversationId, ReadonlyMap<CommandId, number>>
  readonly stays: ReadonlyMap<ConversationId, ReadonlyMap<UserId, ReadonlyArray<Stay>>>
  /** When a log's event was committed: its place in the history's list. */
  readonly committedAt: (conversationId: ConversationId, seq: number) => number
  readonly report: (rule: RuleName, text: string, at?: number) => void
  readonly violations: ReadonlyArray<Violation>
}

/** Of each rule so many are told; the rest would say the same. */
const perRuleMost = 5

export const indexHistory = (history: History): HistoryIndex => {
  const userOf = new Map<DeviceId, UserId>()
  const submitted = new Map<CommandId, Entry<"submitted">>()
  const withdrawn = new Set<CommandId>()
  const dropped = new Set<CommandId>()
  const refused = new Map<CommandId, string>()
  const acks: Array<Ack> = []
  const committed = new Map<ConversationId, Map<number, number>>()
  history.entries.forEach((entry, index) => {
    switch (entry._tag) {
      case "signedIn":
        userOf.set(entry.device, entry.userId)
        break
      case "submitted":
        if (entry.body.kind === "withdraw") withdrawn.add(entry.id)
        else submitted.set(entry.id, entry)
        break
      case "dropped":
        dropped.add(entry.id)
        break
      case "received":
        if (entry.frame.op === "refused") refused.set(entry.frame.id, entry.frame.code)
        else acks.push(...acksOf(entry, userOf.get(entry.device)))
        break
      case "committed": {
        const places = committed.get(entry.conversationId) ?? new Map<number, number>()
        committed.set(entry.conversationId, places)
        for (const { seq } of entry.events) if (!places.has(seq)) places.set(seq, index)
        break
      }
      default:
    }
  })
  const violations: Array<Violation> = []
  const counts = new Map<RuleName, number>()
  return {
    ...{ history, userOf, submitted, withdrawn, dropped, refused, acks, violations },
    logs: new Map(history.logs.map((log) => [log.conversationId, log])),
    places: new Map(history.logs.map(({ conversationId, events }) => [conversationId, new Map(events.map(({ id, seq }) => [id, seq]))])),
    stays: new Map(history.logs.map((log) => [log.conversationId, staysOf(log)])),
    committedAt: (conversationId, seq) => committed.get(conversationId)?.get(seq) ?? -1,
    report: (rule, text, at) => {
      const count = (counts.get(rule) ?? 0) + 1
      counts.set(rule, count)
      if (count <= perRuleMost) violations.push({ rule, text, at })
    }
  }
}

const acksOf = ({ at, frame }: Entry<"received">, userId: UserId | undefined): ReadonlyArray<Ack> => {
  if (userId === undefined) return []
  if (frame.op === "accepted") return [{ id: frame.id, conversationId: frame.conversationId, seq: frame.seq, at, userId }]
  if (frame.op !== "events") return []
  const { conversationId, events } = frame
  return events.flatMap((event) => (event.by === userId ? [{ id: event.id, conversationId, seq: event.seq, at, userId }] : []))
}

const staysOf = ({ events, kind, members }: FinalLog): ReadonlyMap<UserId, ReadonlyArray<Stay>> => {
  const stays = new Map<UserId, Array<Stay>>()
  const begin = (userId: UserId, from: number) => {
    const known = stays.get(userId)
    const stay = { from, to: Number.POSITIVE_INFINITY }
    if (known === undefined) stays.set(userId, [stay])
    else if ((known.at(-1)?.to ?? 0) < from) known.push(stay)
  }
  if (kind === "direct" || kind === "personal") for (const userId of members) begin(userId, 1)
  for (const event of events) {
    if (event.kind === "created") for (const userId of event.members) begin(userId, event.seq)
    else if (event.kind === "joined") for (const userId of event.userIds) begin(userId, event.seq)
    else if (event.kind === "left") {
      const last = stays.get(event.userId)?.at(-1)
      if (last !== undefined) last.to = Math.min(last.to, event.seq)
    }
  }
  return stays
}

export const isBlanked = (event: LogEvent): boolean => "blanked" in event && event.blanked === true
