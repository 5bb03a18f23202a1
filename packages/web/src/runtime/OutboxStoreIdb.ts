/**
 * An outbox in the account's database. Each tab sends its own rows; the leading tab takes over the rows of closed tabs.
 */
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore, OutboxStoreFailed } from "@hibiki/core/client/outbox/OutboxStore"
import { Effect, Layer } from "effect"
import { atomically, type Database, orElse } from "../lib/database.ts"
import type { Tabs } from "../lib/tabs.ts"

export const outboxStoreIdb = (database: Database, tab: string) =>
  Layer.sync(OutboxStore, () => {
    const attempt = <A>(operation: OutboxStoreFailed["operation"], run: () => Promise<A>) =>
      Effect.tryPromise({ try: run, catch: (cause) => new OutboxStoreFailed({ operation, cause }) })
    return OutboxStore.of({
      load: attempt("load", async () => (await database.getAllFromIndex("outbox", "tab", tab)).map(({ row }) => row)),
      put: (rows) =>
        attempt("put", async () => {
          await atomically(database, ["outbox"], (transaction) =>
            Promise.all(rows.map((row) => transaction.objectStore("outbox").put({ id: row.id, tab, row })))
          )
        }),
      remove: (ids) =>
        attempt("remove", async () => {
          await atomically(database, ["outbox"], (transaction) =>
            Promise.all(ids.map((id) => transaction.objectStore("outbox").delete(id)))
          )
        })
    })
  })

/** Returns every tab that has waiting rows. */
export const outboxTabs = async (database: Database): Promise<ReadonlyArray<string>> => {
  const tabs: Array<string> = []
  let cursor = await database.transaction("outbox").store.index("tab").openKeyCursor(null, "nextunique")
  while (cursor !== null) {
    tabs.push(cursor.key)
    cursor = await cursor.continue()
  }
  return tabs
}

/** Assigns the rows of these tabs to the given one, and returns them. */
export const takeOver = (
  database: Database,
  from: ReadonlyArray<string>,
  tab: string
): Promise<ReadonlyArray<OutboxRow>> =>
  atomically(database, ["outbox"], async (transaction) => {
    const store = transaction.objectStore("outbox")
    const kept = (await Promise.all(from.map((each) => store.index("tab").getAll(each)))).flat()
    await Promise.all(kept.map((each) => store.put({ ...each, tab })))
    return kept.map(({ row }) => row)
  })

// Posts of tabs that were closed before sending them: the leading tab finds them and sends them as its own.

/** A tab that reloads is missing for a moment. It counts as closed when two checks, this far apart, both miss it. */
const adoptEveryMs = 10_000

interface AdoptionOptions {
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
   * `atOnce`: this tab has just started, so a tab that is missing now is not merely reloading beside it. A repeat is
   * harmless either way.
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

  /** Checks repeatedly, if tabs can detect which of them are alive. Returns the function that stops it. */
  watch(): () => void {
    if (this.#options.tabs.actsAlone) return () => undefined
    const timer = setInterval(() => void this.look(), adoptEveryMs)
    return () => clearInterval(timer)
  }
}
