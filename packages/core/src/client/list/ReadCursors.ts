/**
 * Sends the user's read positions to the server: at most once in 2 s per conversation, and again until the server
 * echoes the same. Positions that the server does not confirm within a second, or that can't be sent, are stored for
 * the next start. Plain. Bound: one entry per conversation. After `tellMost` sends without an echo it waits for the
 * next socket: the server may have lost the position, or had nothing to change. It stays stored meanwhile, and the next
 * list shows which of the two happened.
 */
import type { ConversationId, Epoch } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"

export const readTimes = {
  /** Minimum time between two sends for one conversation. */ apartMs: 2_000,
  /** Timeout for the echo. */ echoMs: 10_000,
  tellMost: 3,
  /** Minimum time between two writes, and the wait for an echo before one. */ keepMs: 1_000,
  /** Delay after the store failed. */ keepAgainMs: 60_000
} as const

const notOnThisSocket = Number.POSITIVE_INFINITY

interface Wanted {
  readonly upTo: number
  readonly told: number
  readonly dueAt: number
}

export class ReadCursors {
  readonly #wanted = new Map<ConversationId, Wanted>()
  readonly #lastAt = new Map<ConversationId, number>()
  /** Read positions from before there was a list that shows the server's own. */
  #unlisted: ReadonlyMap<ConversationId, number> = new Map()
  /** The positions among them that came from the store and were not read again since. */
  #restored = new Set<ConversationId>()
  /** The store's content, as far as this client knows. */
  #kept: ReadonlyMap<ConversationId, number> = new Map()
  /** The store's content after it has taken the last change. */
  #offered = this.#kept
  #keepAt: number | undefined
  #keptAt = Number.NEGATIVE_INFINITY

  /** Takes the stored positions. */
  restore(reads: ReadonlyArray<CursorPair>): void {
    this.#kept = this.#unlisted = new Map(reads)
    this.#restored = new Set(this.#kept.keys())
  }

  /** The same object until it changes. */
  get unlisted(): ReadonlyMap<ConversationId, number> {
    return this.#unlisted
  }

  /** Whether the position came only from the store, which does not record when it was read. */
  isRestored(conversationId: ConversationId): boolean {
    return this.#restored.has(conversationId)
  }

  /** Stores a position until there is a list, which decides whether it must be sent to the server. */
  awaitList(conversationId: ConversationId, upTo: number): void {
    this.#restored.delete(conversationId)
    if ((this.#unlisted.get(conversationId) ?? 0) < upTo)
      this.#unlisted = new Map(this.#unlisted).set(conversationId, upTo)
  }

  /** Returns these positions, now that there is a list. */
  takeUnlisted(): ReadonlyMap<ConversationId, number> {
    const unlisted = this.#unlisted
    this.#unlisted = new Map()
    return unlisted
  }

  want(conversationId: ConversationId, upTo: number, now: number): void {
    const before = this.#wanted.get(conversationId)
    if (before !== undefined && before.upTo >= upTo) return
    const dueAt = Math.max(now, (this.#lastAt.get(conversationId) ?? Number.NEGATIVE_INFINITY) + readTimes.apartMs)
    this.#wanted.set(conversationId, { upTo, told: 0, dueAt })
  }

  /** The server confirms that everything up to `upTo` is read. */
  confirmed(conversationId: ConversationId, upTo: number): void {
    const wanted = this.#wanted.get(conversationId)
    if (wanted !== undefined && wanted.upTo <= upTo) this.#wanted.delete(conversationId)
  }

  /** Drops the position: it need not be sent any longer. */
  forget(conversationId: ConversationId): void {
    this.#wanted.delete(conversationId)
  }

  /** The positions to send now, on a socket that has delivered the missed events: at most `most`. */
  take(now: number, most: number): ReadonlyArray<{ readonly conversationId: ConversationId; readonly seq: number }> {
    const due: Array<{ readonly conversationId: ConversationId; readonly seq: number }> = []
    for (const [conversationId, wanted] of this.#wanted) {
      if (due.length >= most) break
      if (now < wanted.dueAt) continue
      const told = wanted.told + 1
      this.#wanted.set(conversationId, {
        ...wanted,
        told,
        dueAt: told < readTimes.tellMost ? now + readTimes.echoMs : notOnThisSocket
      })
      this.#lastAt.set(conversationId, now)
      due.push({ conversationId, seq: wanted.upTo })
    }
    return due
  }

  /** The user turns away, perhaps for good: makes waiting positions due at once. */
  hasten(now: number): void {
    for (const [conversationId, wanted] of this.#wanted)
      if (wanted.told === 0 && wanted.dueAt > now) this.#wanted.set(conversationId, { ...wanted, dueAt: now })
    this.#keepAt = now
  }

  /** The change to store, when it is due. `isHeard`: on a welcomed socket, where an echo may come first. */
  takeChange(now: number, isHeard: boolean, isLast: boolean): ReadsChange | undefined {
    const reads = new Map(this.#unlisted)
    for (const [id, { upTo }] of this.#wanted) reads.set(id, upTo)
    const put = [...reads].filter(([id, upTo]) => this.#kept.get(id) !== upTo)
    const done = [...this.#kept].filter(([id]) => !reads.has(id))
    if (put.length + done.length === 0) this.#keepAt = undefined
    else this.#keepAt ??= (isHeard ? now : this.#keptAt) + readTimes.keepMs
    if (this.#keepAt === undefined || (!isLast && now < this.#keepAt)) return undefined
    this.#keepAt = undefined
    this.#keptAt = now
    this.#offered = reads
    return { put, done }
  }

  /** Reports whether the store took the last change. */
  wasKept(kept: boolean, now: number): void {
    if (kept) this.#kept = this.#offered
    else this.#keepAt = now + readTimes.keepAgainMs
  }

  /** The time at which `takeChange` has something to store. */
  get keepsAt(): number | undefined {
    return this.#keepAt
  }

  nextAt(): number | undefined {
    let at: number | undefined
    for (const { dueAt } of this.#wanted.values()) if (dueAt < (at ?? notOnThisSocket)) at = dueAt
    return at
  }

  /** Sent positions may be lost, so they are sent again on the next socket, unless a mark set by hand arrives first. */
  disconnected(): void {
    for (const [conversationId, wanted] of this.#wanted)
      this.#wanted.set(conversationId, { ...wanted, told: 0, dueAt: 0 })
    this.#lastAt.clear()
  }

  /** The numbers are no longer valid. */
  clear(): void {
    this.#wanted.clear()
    this.#lastAt.clear()
    this.#kept = this.#unlisted = new Map()
  }
}

export const keptReadsMax = 500

/**
 * Read positions that a device could not send to the server; it stores them, so that they survive reloads. Plain data
 * in one piece; where several tabs share it, each changes only the entries that it knows. Bound: the most recently read
 * ones.
 */
export interface KeptReads {
  readonly epoch: Epoch
  /** Each conversation once; the most recently read one comes last. */
  readonly reads: ReadonlyArray<CursorPair>
}

export interface ReadsChange {
  /** Entries to raise or add. */
  readonly put: ReadonlyArray<CursorPair>
  /** The server knows these, or nobody will send them: drop an entry unless its stored position is higher. */
  readonly done: ReadonlyArray<CursorPair>
}

/** The stored positions, if they belong to this epoch; in another one the numbers are not valid. */
export const readsOf = (kept: KeptReads | undefined, epoch: Epoch | null): ReadonlyArray<CursorPair> =>
  kept?.epoch === epoch ? (kept?.reads ?? []) : []

export const changeReads = (kept: KeptReads | undefined, epoch: Epoch, { done, put }: ReadsChange): KeptReads => {
  const reads = new Map(readsOf(kept, epoch))
  for (const [id, upTo] of done) if ((reads.get(id) ?? 0) <= upTo) reads.delete(id)
  for (const [id, upTo] of put) {
    const seq = Math.max(upTo, reads.get(id) ?? 0)
    reads.delete(id)
    reads.set(id, seq)
  }
  return { epoch, reads: [...reads].slice(-keptReadsMax) }
}
