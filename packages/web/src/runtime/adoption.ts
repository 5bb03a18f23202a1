/** Posts of tabs that were closed before they were sent: the leading tab finds them and sends them as its own. */
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { type Database, orElse } from "../lib/database.ts"
import type { Tabs } from "../lib/tabs.ts"
import { outboxTabs, takeOver } from "./OutboxStoreIdb.ts"

/** A tab that reloads is away for a moment: it is gone when it was away at two looks so far apart. */
export const adoptEveryMs = 10_000

export interface AdoptionOptions {
  readonly database: Database
  readonly tabs: Tabs
  readonly leads: () => boolean
  readonly adopt: (rows: ReadonlyArray<OutboxRow>) => void
}

export class Adoption {
  readonly #options: AdoptionOptions
  #away: ReadonlySet<string> = new Set()

  constructor(options: AdoptionOptions) {
    this.#options = options
  }

  /**
   * `atOnce`: this tab just began, so that whoever is gone now is not merely reloading beside it. A repeat is harmless
   * either way.
   */
  async look(atOnce = false): Promise<void> {
    const { adopt, database, leads, tabs } = this.#options
    if (!leads()) return
    await orElse(undefined, async () => {
      const away = await tabs.gone(await outboxTabs(database))
      const gone = atOnce ? away : away.filter((tab) => this.#away.has(tab))
      this.#away = new Set(away)
      if (gone.length > 0) adopt(await takeOver(database, gone, tabs.tabId))
    })
  }

  /** Looks again and again, where tabs can tell who is alive. Answers how to end it. */
  watch(): () => void {
    if (this.#options.tabs.actsAlone) return () => undefined
    const timer = setInterval(() => void this.look(), adoptEveryMs)
    return () => clearInterval(timer)
  }
}
