/**
 * Tells the server how far the user has read: at most once in 2 s per conversation, again until the personal log shows it. Plain.
 * Bound: one entry per conversation; given up after `tellMost` tellings without an echo, which then says that nothing was to change.
 */
import type { ConversationId } from "../domain/Ids.ts"

export const readTimes = {
  /** Between two for one conversation. */ apartMs: 2_000,
  /** For the echo. */ echoMs: 10_000,
  tellMost: 3
} as const

interface Wanted {
  readonly upTo: number
  readonly told: number
  readonly dueAt: number
}

export class ReadCursors {
  readonly #wanted = new Map<ConversationId, Wanted>()
  readonly #lastAt = new Map<ConversationId, number>()

  want(conversationId: ConversationId, upTo: number, now: number): void {
    const before = this.#wanted.get(conversationId)
    if (before !== undefined && before.upTo >= upTo) return
    const dueAt = Math.max(now, (this.#lastAt.get(conversationId) ?? Number.NEGATIVE_INFINITY) + readTimes.apartMs)
    this.#wanted.set(conversationId, { upTo, told: 0, dueAt })
  }

  /** The personal log shows that everything up to `upTo` is read. */
  confirmed(conversationId: ConversationId, upTo: number): void {
    const wanted = this.#wanted.get(conversationId)
    if (wanted !== undefined && wanted.upTo <= upTo) this.#wanted.delete(conversationId)
  }

  /** What is to be told now, on a welcomed socket: at most `most`. */
  take(now: number, most: number): ReadonlyArray<{ readonly conversationId: ConversationId; readonly seq: number }> {
    const due: Array<{ readonly conversationId: ConversationId; readonly seq: number }> = []
    for (const [conversationId, wanted] of this.#wanted) {
      if (due.length >= most) break
      if (now < wanted.dueAt) continue
      if (wanted.told >= readTimes.tellMost) {
        this.#wanted.delete(conversationId)
        continue
      }
      this.#wanted.set(conversationId, { ...wanted, told: wanted.told + 1, dueAt: now + readTimes.echoMs })
      this.#lastAt.set(conversationId, now)
      due.push({ conversationId, seq: wanted.upTo })
    }
    return due
  }

  /** The user turns away, perhaps for good: what waits for its turn is told at once. */
  hasten(now: number): void {
    for (const [conversationId, wanted] of this.#wanted)
      if (wanted.told === 0 && wanted.dueAt > now) this.#wanted.set(conversationId, { ...wanted, dueAt: now })
  }

  nextAt(): number | undefined {
    let at: number | undefined
    for (const { dueAt } of this.#wanted.values()) if (at === undefined || dueAt < at) at = dueAt
    return at
  }

  /** Whatever was under way may be lost: it is told again on the next socket. */
  disconnected(): void {
    for (const [conversationId, wanted] of this.#wanted) this.#wanted.set(conversationId, { ...wanted, told: 0, dueAt: 0 })
    this.#lastAt.clear()
  }

  /** The numbers mean nothing any more. */
  clear(): void {
    this.#wanted.clear()
    this.#lastAt.clear()
  }
}
