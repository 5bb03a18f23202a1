/**
 * Tells the server how far the user has read: at most once in 2 s per conversation, again until it tells the same. What
 * it does not tell within a second, or can't, is kept for the next start. Plain.
 * Bound: one entry per conversation. After `tellMost` tellings without an echo it waits for the next socket: the server
 * may have lost it, or nothing was to change. It is kept meanwhile, and the next list says which.
 */
import type { ConversationId, Epoch } from "../../domain/Ids.ts"
import type { CursorPair } from "../../protocol/ClientFrame.ts"

export const readTimes = {
  /** Between two for one conversation. */ apartMs: 2_000,
  /** For the echo. */ echoMs: 10_000,
  tellMost: 3,
  /** Between two savings, and for the echo before one. */ keepMs: 1_000,
  /** After the store failed. */ keepAgainMs: 60_000
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
  /** Read before there was a list that says how far the server knows of it. */
  #unlisted: ReadonlyMap<ConversationId, number> = new Map()
  /** Of these those that the store told of, and nobody since. */
  #restored = new Set<ConversationId>()
  /** What the store holds, as far as this client knows. */
  #kept: ReadonlyMap<ConversationId, number> = new Map()
  /** What it holds when it has taken the last change. */
  #offered = this.#kept
  #keepAt: number | undefined
  #keptAt = Number.NEGATIVE_INFINITY

  /** Takes what a store kept. */
  restore(reads: ReadonlyArray<CursorPair>): void {
    this.#kept = this.#unlisted = new Map(reads)
    this.#restored = new Set(this.#kept.keys())
  }

  /** The same until it changes. */
  get unlisted(): ReadonlyMap<ConversationId, number> {
    return this.#unlisted
  }

  /** Whether only the store tells that it was read, not when. */
  isRestored(conversationId: ConversationId): boolean {
    return this.#restored.has(conversationId)
  }

  /** There is no list yet: whether the server is to be told is judged by it. */
  awaitList(conversationId: ConversationId, upTo: number): void {
    this.#restored.delete(conversationId)
    if ((this.#unlisted.get(conversationId) ?? 0) < upTo)
      this.#unlisted = new Map(this.#unlisted).set(conversationId, upTo)
  }

  /** There is a list. */
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

  /** The server tells that everything up to `upTo` is read. */
  confirmed(conversationId: ConversationId, upTo: number): void {
    const wanted = this.#wanted.get(conversationId)
    if (wanted !== undefined && wanted.upTo <= upTo) this.#wanted.delete(conversationId)
  }

  /** Nobody is to be told of it any more. */
  forget(conversationId: ConversationId): void {
    this.#wanted.delete(conversationId)
  }

  /** What is to be told now, on a socket that has brought what was missed: at most `most`. */
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

  /** The user turns away, perhaps for good: what waits for its turn is told at once. */
  hasten(now: number): void {
    for (const [conversationId, wanted] of this.#wanted)
      if (wanted.told === 0 && wanted.dueAt > now) this.#wanted.set(conversationId, { ...wanted, dueAt: now })
    this.#keepAt = now
  }

  /**
   * What the store is to change, when it is time for it. `isHeard`: on a welcomed socket, where an echo may come first.
   */
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

  /** Whether the store took the last change. */
  wasKept(kept: boolean, now: number): void {
    if (kept) this.#kept = this.#offered
    else this.#keepAt = now + readTimes.keepAgainMs
  }

  /** When `takeChange` has something. */
  get keepsAt(): number | undefined {
    return this.#keepAt
  }

  nextAt(): number | undefined {
    let at: number | undefined
    for (const { dueAt } of this.#wanted.values()) if (dueAt < (at ?? notOnThisSocket)) at = dueAt
    return at
  }

  /**
   * Whatever was under way may be lost: it is told again on the next socket, if no mark set by hand is heard of before.
   */
  disconnected(): void {
    for (const [conversationId, wanted] of this.#wanted)
      this.#wanted.set(conversationId, { ...wanted, told: 0, dueAt: 0 })
    this.#lastAt.clear()
  }

  /** The numbers mean nothing any more. */
  clear(): void {
    this.#wanted.clear()
    this.#lastAt.clear()
    this.#kept = this.#unlisted = new Map()
  }
}

export const keptReadsMax = 500

/**
 * How far was read on a device while the server could not be told, as the device keeps it through reloads. Plain data
 * in one piece; where several tabs share it, each changes what it knows of. Bound: those that were read last.
 */
export interface KeptReads {
  readonly epoch: Epoch
  /** Each conversation once; the one that was read last comes last. */
  readonly reads: ReadonlyArray<CursorPair>
}

export interface ReadsChange {
  /** Raised or added. */
  readonly put: ReadonlyArray<CursorPair>
  /** The server knows of these, or nobody will tell it: dropped where nothing above them is kept. */
  readonly done: ReadonlyArray<CursorPair>
}

/** Of another store the numbers mean nothing. */
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
