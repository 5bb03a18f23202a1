/**
 * Whose account this browser is about to forget: noted before the page says that they are signed out, for it may be gone before that is done. Then the
 * next page does it.
 */
import { type Database, forgetAllButUnsent, openDatabase, orElse } from "./database.ts"
import type { Kept } from "./kept.ts"

const key = "hibiki.forgetting"
/** Beyond it, those noted first are let go. So many there are only where databases can't be opened. */
export const forgettingMax = 50

export class Forgetting {
  readonly #kept: Kept

  constructor(kept: Kept) {
    this.#kept = kept
  }

  get users(): ReadonlyArray<string> {
    return this.#kept.get(key)?.split(",") ?? []
  }

  add(userId: string): void {
    if (!this.users.includes(userId)) this.#note([...this.users, userId].slice(-forgettingMax))
  }

  /** It is done, or is not to be done any more. */
  remove(userId: string): void {
    if (this.users.includes(userId)) this.#note(this.users.filter((other) => other !== userId))
  }

  /** Forgets what is kept of an account, but for what was not sent. Answers how many posts that are. What fails is left to the next page. */
  forget(userId: string, opened?: Database): Promise<number> {
    return orElse(0, async () => {
      const database = opened ?? (await openDatabase(userId))
      if (database === undefined) return 0
      try {
        const unsent = await forgetAllButUnsent(database)
        this.remove(userId)
        return unsent
      } finally {
        database.close()
      }
    })
  }

  #note(users: ReadonlyArray<string>): void {
    this.#kept.set(key, users.length === 0 ? undefined : users.join(","))
  }
}
