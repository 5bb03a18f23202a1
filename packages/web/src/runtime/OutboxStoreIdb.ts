/** An outbox in the account's database. Each tab answers for its own rows; those of a tab that is gone are taken over. */
import type { OutboxRow } from "@hibiki/core/client/OutboxRow"
import { OutboxStore, OutboxStoreFailed } from "@hibiki/core/client/OutboxStore"
import { Effect, Layer } from "effect"
import type { Database } from "../lib/database.ts"

export const outboxStoreIdb = (database: Database, tab: string) =>
  Layer.sync(OutboxStore, () => {
    const attempt = <A>(operation: OutboxStoreFailed["operation"], run: () => Promise<A>) =>
      Effect.tryPromise({ try: run, catch: (cause) => new OutboxStoreFailed({ operation, cause }) })
    return OutboxStore.of({
      load: attempt("load", async () => (await database.getAllFromIndex("outbox", "tab", tab)).map(({ row }) => row)),
      put: (rows) =>
        attempt("put", async () => {
          const transaction = database.transaction("outbox", "readwrite")
          for (const row of rows) transaction.store.put({ id: row.id, tab, row }).catch(settledByDone)
          await transaction.done
        }),
      remove: (ids) =>
        attempt("remove", async () => {
          const transaction = database.transaction("outbox", "readwrite")
          for (const id of ids) transaction.store.delete(id).catch(settledByDone)
          await transaction.done
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
export const takeOver = async (database: Database, from: ReadonlyArray<string>, tab: string): Promise<ReadonlyArray<OutboxRow>> => {
  const transaction = database.transaction("outbox", "readwrite")
  const kept = (await Promise.all(from.map((each) => transaction.store.index("tab").getAll(each)))).flat()
  for (const each of kept) transaction.store.put({ ...each, tab }).catch(settledByDone)
  await transaction.done
  return kept.map(({ row }) => row)
}

/** One request's failure is the transaction's, which is waited for. */
const settledByDone = () => undefined
