/** Indexes a history in one pass: the owners of devices, the content of each log, and the times of commits. */
import type { CommandBody } from "@hibiki/core/commands/Command"
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { commandsIn, isCommandFrame } from "@hibiki/core/protocol/ClientFrame"
import type { FinalLog, History, HistoryEntry, ShownRow } from "./History.ts"
import { type MemberInterval, memberIntervals } from "./MemberIntervals.ts"

/** A command that somebody gave under an id. */
interface Asked {
  readonly by: UserId
  readonly body: CommandBody
}

export class LogIndex {
  /** By seq, less one. */
  readonly #bySeq: Array<LogEvent | undefined> = []
  readonly #seqs = new Map<CommandId, number>()
  readonly #committed = new Map<number, number>()
  readonly deletedTargets = new Set<number>()
  readonly members: ReadonlyMap<UserId, ReadonlyArray<MemberInterval>>

  constructor(readonly log: FinalLog) {
    for (const event of log.events) {
      this.#bySeq[event.seq - 1] ??= event
      if (!this.#seqs.has(event.id)) this.#seqs.set(event.id, event.seq)
      if (event.kind === "deleted") this.deletedTargets.add(event.target)
    }
    this.members = memberIntervals(log)
  }

  at(seq: number): LogEvent | undefined {
    return this.#bySeq[seq - 1]
  }

  /** Whether the log has this row at its place. */
  has({ by, id, seq }: MessageRow): boolean {
    const event = this.#bySeq[seq - 1]
    return event?.id === id && event.by === by
  }

  /** The place of this id in the log; the first if there are several. */
  seqOf(id: CommandId): number | undefined {
    return this.#seqs.get(id)
  }

  /** The entry that reports the commit; before all others if none does. */
  committedAt(seq: number): number {
    return this.#committed.get(seq) ?? -1
  }

  noteCommit(seq: number, entry: number): void {
    if (!this.#committed.has(seq)) this.#committed.set(seq, entry)
  }
}

/** Rows that were read from the server or shown; `entry` undefined: at the end. */
export interface RowsSeen {
  readonly device: DeviceId
  readonly conversationId: ConversationId
  readonly rows: ReadonlyArray<MessageRow>
  readonly entry: number | undefined
}

export interface ListSeen {
  readonly device: DeviceId
  readonly conversationId: ConversationId
  readonly list: ReadonlyArray<ShownRow>
  readonly entry: number | undefined
  /** Every row of it stands in the final log at its place, with its id and author. */
  readonly isAsStored: boolean
}

export interface HistoryIndex {
  readonly history: History
  readonly entries: ReadonlyArray<HistoryEntry>
  readonly logs: ReadonlyMap<ConversationId, LogIndex>
  readonly userOf: ReadonlyMap<DeviceId, UserId>
  /** Lists on screen, the last ones included. A list that was shown again unchanged is here once. */
  readonly lists: ReadonlyArray<ListSeen>
  /** The rows in the answers of calls. */
  readonly reads: ReadonlyArray<RowsSeen & { readonly began: number }>
  /**
   * The commands that people gave to their devices, by conversation and id. If the history has no record of those, the
   * commands sent on sockets.
   */
  readonly asked: (conversationId: ConversationId, id: CommandId) => ReadonlyArray<Asked>
  /** All bodies that went out or were given under an id. */
  readonly bodies: (conversationId: ConversationId, id: CommandId) => ReadonlyArray<Asked>
}

const none: ReadonlyArray<Asked> = []

class AskedBook {
  readonly #book = new Map<ConversationId, Map<CommandId, Array<Asked>>>()

  add(conversationId: ConversationId, id: CommandId, asked: Asked): void {
    const ofLog = this.#book.get(conversationId) ?? new Map<CommandId, Array<Asked>>()
    this.#book.set(conversationId, ofLog)
    const known = ofLog.get(id)
    if (known === undefined) ofLog.set(id, [asked])
    else if (!known.some((other) => other.by === asked.by && isSameBody(other.body, asked.body))) known.push(asked)
  }

  get isEmpty(): boolean {
    return this.#book.size === 0
  }

  get(conversationId: ConversationId, id: CommandId): ReadonlyArray<Asked> {
    return this.#book.get(conversationId)?.get(id) ?? none
  }
}

export const indexHistory = (history: History): HistoryIndex => {
  const logs = new Map(history.logs.map((log) => [log.conversationId, new LogIndex(log)]))
  const userOf = new Map<DeviceId, UserId>()
  const lists: Array<ListSeen> = []
  const listOf = (
    device: DeviceId,
    conversationId: ConversationId,
    list: ReadonlyArray<ShownRow>,
    entry?: number
  ): ListSeen => {
    const log = logs.get(conversationId)
    return {
      device,
      conversationId,
      list,
      entry,
      isAsStored: list.every((shown) => shown._tag === "gap" || log?.has(shown.row) === true)
    }
  }
  const onScreen = new Map<string, ReadonlyArray<ShownRow>>()
  const reads: Array<RowsSeen & { began: number }> = []
  const calls = new Map<number, number>()
  const submitted = new AskedBook()
  const all = new AskedBook()
  history.entries.forEach((entry, i) => {
    switch (entry._tag) {
      case "signedIn":
        userOf.set(entry.device, entry.userId)
        return
      case "submitted": {
        const by = userOf.get(entry.device)
        if (by === undefined) return
        submitted.add(entry.conversationId, entry.id, { by, body: entry.body })
        all.add(entry.conversationId, entry.id, { by, body: entry.body })
        return
      }
      case "sent": {
        const by = userOf.get(entry.device)
        if (by === undefined || !isCommandFrame(entry.frame)) return
        for (const { body, id } of commandsIn(entry.frame)) all.add(entry.frame.conversationId, id, { by, body })
        return
      }
      case "shown":
        if (onScreen.get(`${entry.device} ${entry.conversationId}`) !== entry.entries)
          lists.push(listOf(entry.device, entry.conversationId, entry.entries, i))
        onScreen.set(`${entry.device} ${entry.conversationId}`, entry.entries)
        return
      case "called":
        calls.set(entry.call, i)
        return
      case "answered":
        if (entry.conversationId !== undefined && entry.rows !== undefined)
          reads.push({
            device: entry.device,
            conversationId: entry.conversationId,
            rows: entry.rows,
            entry: i,
            began: calls.get(entry.call) ?? i
          })
        return
      case "committed":
        for (const event of entry.events) logs.get(entry.conversationId)?.noteCommit(event.seq, i)
    }
  })
  for (const { conversationId, device, shown } of history.views) lists.push(listOf(device, conversationId, shown))
  return {
    history,
    entries: history.entries,
    logs,
    userOf,
    lists,
    reads,
    asked: (conversationId, id) => {
      // If the history has no record of the commands given to devices, the sent ones stand in for them.
      return (submitted.isEmpty ? all : submitted).get(conversationId, id)
    },
    bodies: (conversationId, id) => all.get(conversationId, id)
  }
}

const isSameBody = (a: CommandBody, b: CommandBody): boolean =>
  a.kind === b.kind &&
  field(a, "text") === field(b, "text") &&
  field(a, "target") === field(b, "target") &&
  field(a, "emoji") === field(b, "emoji") &&
  field(a, "replyTo") === field(b, "replyTo")

const field = (body: CommandBody, name: "text" | "target" | "emoji" | "replyTo"): unknown =>
  name in body ? (body as Partial<Record<typeof name, unknown>>)[name] : undefined
