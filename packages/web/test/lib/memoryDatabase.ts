/** Databases that live as long as a test. */
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { type Database, openDatabase } from "../../src/lib/database.ts"

/** A browser with nothing in it. */
export const freshBrowser = (): void => {
  Object.assign(globalThis, { indexedDB: new IDBFactory() })
}

export const open = async (userId = "01890000-0000-7000-8000-000000000001"): Promise<Database> => {
  const database = await openDatabase(userId)
  if (database === undefined) throw new Error("no database")
  return database
}
