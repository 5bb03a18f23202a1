/**
 * Whose account this browser is about to forget, and what is spared of it: noted before the page says that they are
 * signed out, for it may be gone before that is done. Then the next page does it.
 */
import { type Database, forgetAllBut, openDatabase, orElse, type Spared } from "./database.ts"
import type { Kept } from "./kept.ts"

const key = "hibiki.forgetting"
/** Behind the user whose drafts are spared. */
const draftsMark = "+drafts"
/** Beyond it, those noted first are let go. So many there are only where databases can't be opened. */
export const forgettingMax = 50

export interface Noted {
  readonly userId: string
  readonly spared: Spared
}

/**
 * Whose sign-in came to its end did not choose to go: what they were writing waits for them as what was not sent does.
 */
export const sparedBy = (why: "revoked" | "expired" | "bySelf" | undefined): Spared =>
  why === "expired" ? "outboxAndDrafts" : "outbox"

export class Forgetting {
  readonly #kept: Kept

  constructor(kept: Kept) {
    this.#kept = kept
  }

  get noted(): ReadonlyArray<Noted> {
    return this.#kept.get(key)?.split(",").map(parse) ?? []
  }

  get users(): ReadonlyArray<string> {
    return this.noted.map(({ userId }) => userId)
  }

  /** The first note of a user stands. */
  add(userId: string, spared: Spared): void {
    if (!this.users.includes(userId)) this.#note([...this.noted, { userId, spared }].slice(-forgettingMax))
  }

  /** It is done, or is not to be done any more. */
  remove(userId: string): void {
    if (this.users.includes(userId)) this.#note(this.noted.filter((other) => other.userId !== userId))
  }

  /**
   * Forgets what is kept of an account, but for what is spared. Answers how many posts will still be sent. What fails
   * is left to the next page.
   */
  forget({ spared, userId }: Noted, opened?: Database): Promise<number> {
    return orElse(0, async () => {
      const database = opened ?? (await openDatabase(userId))
      if (database === undefined) return 0
      try {
        const unsent = await forgetAllBut(spared, database)
        this.remove(userId)
        return unsent
      } finally {
        database.close()
      }
    })
  }

  #note(noted: ReadonlyArray<Noted>): void {
    const entries = noted.map(({ spared, userId }) => (spared === "outbox" ? userId : `${userId}${draftsMark}`))
    this.#kept.set(key, entries.length === 0 ? undefined : entries.join(","))
  }
}

const parse = (entry: string): Noted =>
  entry.endsWith(draftsMark)
    ? { userId: entry.slice(0, -draftsMark.length), spared: "outboxAndDrafts" }
    : { userId: entry, spared: "outbox" }
