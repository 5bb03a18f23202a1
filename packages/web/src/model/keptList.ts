/** The cached conversation list for the next start. The leading tab writes it a while after a change. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { type Database, orElse } from "../lib/database.ts"

/** Maximum conversations in the cache, the newest. */
export const keptListMax = 500
const soonMs = 2_000

/**
 * Returns the list newest first; ties are in the order of `list`. `before`: the earlier result. Summaries that are in
 * both keep their order, and each of the others is inserted at its place.
 */
export const newestFirst = (
  list: ReadonlyArray<ConversationSummary>,
  before: ReadonlyArray<ConversationSummary> = []
): ReadonlyArray<ConversationSummary> => {
  const places = new Map(list.map((line, place) => [line, place]))
  const known = new Set(before)
  const rest = before.filter((line) => places.has(line))
  const changed = list.filter((line) => !known.has(line))
  if (changed.length === 0 && rest.length === before.length) return before
  const order = (a: ConversationSummary, b: ConversationSummary): number =>
    timeOf(b) - timeOf(a) || (places.get(a) ?? 0) - (places.get(b) ?? 0)
  // Sorting is cheaper for many changes.
  if (changed.length > 20) return [...rest, ...changed].sort(order)
  for (const line of changed)
    rest.splice(
      placeIn(rest, (other) => order(other, line) < 0),
      0,
      line
    )
  return rest
}

const timeOf = ({ last }: ConversationSummary): number => last?.at ?? 0

/** Returns the index of the first line for which `isBefore` is false. */
const placeIn = (
  lines: ReadonlyArray<ConversationSummary>,
  isBefore: (line: ConversationSummary) => boolean
): number => {
  let [from, to] = [0, lines.length]
  while (from < to) {
    const middle = (from + to) >> 1
    const line = lines[middle]
    if (line !== undefined && isBefore(line)) from = middle + 1
    else to = middle
  }
  return from
}

export const readList = (database: Database): Promise<ReadonlyArray<ConversationSummary> | undefined> =>
  orElse(undefined, async () => {
    const kept = await database.get("meta", "list")
    return kept !== undefined && "conversations" in kept ? kept.conversations : undefined
  })

/** Returns the list with later read positions; its unread counts above them are estimates. */
export const withReads = (
  list: ReadonlyArray<ConversationSummary>,
  reads: ReadonlyMap<ConversationId, number>
): ReadonlyArray<ConversationSummary> =>
  list.map((line) => {
    const upTo = reads.get(line.conversationId) ?? 0
    if (upTo <= line.readUpTo) return line
    const { markedUnreadAt: _, mentions = 0, ...rest } = line
    const unread = Math.min(line.unread, Math.max(0, line.head - upTo))
    return {
      ...rest,
      readUpTo: upTo,
      unread,
      ...(mentions > 0 && unread > 0 ? { mentions: Math.min(mentions, unread) } : {})
    }
  })

export class ListKeeper {
  readonly #database: Promise<Database | undefined>
  #unkept: ReadonlyArray<ConversationSummary> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  mayKeep: () => boolean = () => false

  constructor(database: Promise<Database | undefined>) {
    this.#database = database
  }

  changed(list: ReadonlyArray<ConversationSummary>): void {
    this.#unkept = list
    this.#timer ??= setTimeout(() => this.flush(), soonMs)
  }

  flush(): void {
    const list = this.#unkept
    this.stop()
    if (list === undefined || !this.mayKeep()) return
    const conversations = newestFirst(list).slice(0, keptListMax)
    void orElse(undefined, async () => (await this.#database)?.put("meta", { conversations }, "list"))
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#unkept = undefined
  }
}
