/**
 * An outbox in the account's database. Each tab answers for its own rows; those of a tab that is gone are taken over.
 */
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore, OutboxStoreFailed } from "@hibiki/core/client/outbox/OutboxStore"
import { Effect, Layer } from "effect"
import { atomically, type Database } from "../lib/database.ts"

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

/** Every tab that rows wait for. */
export const outboxTabs = async (database: Database): Promise<ReadonlyArray<string>> => {
  const tabs: Array<string> = []
  let cursor = await database.transaction("outbox").store.index("tab").openKeyCursor(null, "nextunique")
  while (cursor !== null) {
    tabs.push(cursor.key)
    cursor = await cursor.continue()
  }
  return tabs
}

/** Makes the rows of these tabs the given one's, and answers them. */
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
