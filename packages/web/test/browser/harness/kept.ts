/** What a browser keeps of a conversation for the next time that the page opens, read from its own database. */
import type { Page } from "playwright-core"
import { databaseName } from "../../../src/lib/database.ts"
import type { Account, Row } from "./api.ts"

/** Rows that the page would show as they are: none of gaps, none that it means to ask for again. */
export const keptRows = (page: Page, { userId }: Account, conversationId: string): Promise<ReadonlyArray<Row>> =>
  page.evaluate(
    async ([name, id]) => {
      const asked = <A>(request: IDBRequest<A>) =>
        new Promise<A>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error)
        })
      const database = await asked(indexedDB.open(name))
      try {
        const transaction = database.transaction(["feeds", "rows"])
        const all = IDBKeyRange.bound([id, 0], [id, Number.MAX_SAFE_INTEGER])
        const [head, rows] = await Promise.all([
          asked(transaction.objectStore("feeds").get(id)),
          asked(transaction.objectStore("rows").getAll(all))
        ])
        const aside: ReadonlyArray<{ readonly from: number; readonly to: number }> = [
          ...(head?.gaps ?? []),
          ...(head?.stale ?? [])
        ]
        return rows.filter(({ seq }) => !aside.some(({ from, to }) => from <= seq && seq <= to))
      } finally {
        database.close()
      }
    },
    [databaseName(userId), conversationId] as const
  )
