/**
 * The accounts whose data this browser is about to delete, and the spared parts. Noted before the page shows that they
 * are signed out, because it may close before the deletion is done. Then the next page does it.
 */
import { type Database, forgetAllBut, openDatabase, orElse, type Spared } from "./database.ts"
import type { Kept } from "./kept.ts"

const key = "hibiki.forgetting"
/** Suffix of a user whose drafts are spared. */
const draftsMark = "+drafts"
/** Maximum notes; beyond it the oldest are dropped. That many exist only where databases can't be opened. */
export const forgettingMax = 50

export interface Noted {
  readonly userId: string
  readonly spared: Spared
}

/** A user whose session expired did not choose to sign out, so their drafts wait for them as unsent messages do. */
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

  /** The first note of a user stays. */
  add(userId: string, spared: Spared): void {
    if (!this.users.includes(userId)) this.#note([...this.noted, { userId, spared }].slice(-forgettingMax))
  }

  /** Called when the deletion is done or no longer wanted. */
  remove(userId: string): void {
    if (this.users.includes(userId)) this.#note(this.noted.filter((other) => other.userId !== userId))
  }

  /**
   * Deletes an account's stored data, except the spared part. Returns how many posts will still be sent. If it fails,
   * the next page tries again.
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
