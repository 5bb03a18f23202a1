/** The account's database when the browser takes it away. */
import { assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { rowKinds } from "@hibiki/core/domain/RowKinds"
import { forceCloseDatabase } from "fake-indexeddb"
import { openDB, unwrap } from "idb"
import { type Database, databaseName, openDatabase } from "../../src/lib/database.ts"
import { until } from "../until.ts"
import { freshBrowser } from "./memoryDatabase.ts"

const userId = "01890000-0000-7000-8000-000000000001"
const log = ConversationId.make("01890000-0000-7000-8000-000000000500")

beforeEach(freshBrowser)

const scene = async () => {
  const told: Array<boolean> = []
  const database = await openDatabase(userId, (isThere) => told.push(isThere))
  return { told, database: database ?? assert.fail("no database") }
}

/** As a browser does it of its own accord: nobody called `close`. */
const terminate = (database: Database) => {
  // Its type asks for the class, not for a connection.
  Reflect.apply(forceCloseDatabase, undefined, [unwrap(database.transaction("drafts")).db])
}

describe("openDatabase", () => {
  it("opens it again when the browser closed it, and says so", async () => {
    const { database, told } = await scene()
    await database.put("drafts", { text: "a", at: 1 }, log)
    terminate(database)
    await until(() => told.length === 3)
    assert.deepStrictEqual(told, [true, false, true])
    assert.strictEqual((await database.get("drafts", log))?.text, "a")
    terminate(database)
    await until(() => told.length === 5)
    await database.put("drafts", { text: "b", at: 2 }, log)
    assert.strictEqual((await database.get("drafts", log))?.text, "b")
  })

  it("goes on without it when a newer page has it, or it was closed on purpose", async () => {
    const { database, told } = await scene()
    const newer = await openDB(databaseName(userId), database.version + 1)
    assert.deepStrictEqual(told, [true, false])
    newer.close()
    const next = await openDatabase("another", (isThere) => told.push(isThere))
    next?.close()
    assert.throws(() => next?.transaction("drafts"))
    assert.throws(() => database.transaction("drafts"))
    assert.deepStrictEqual(told, [true, false, true])
  })

  it("says nothing where there is none", async () => {
    const told: Array<boolean> = []
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("forbidden", "SecurityError")
    })
    assert.isUndefined(await openDatabase(userId, (isThere) => told.push(isThere)))
    assert.deepStrictEqual(told, [])
  })
})

describe("a database of when there were fewer kinds of rows", () => {
  it("loses the logs, which leave some out, and nothing that this browser alone has", async () => {
    const { database } = await scene()
    const { version } = database
    assert.strictEqual(version % 100, rowKinds.length)
    database.close()
    freshBrowser()
    const older = await openDB(databaseName(userId), version - 1, {
      upgrade: (former) => {
        former.createObjectStore("meta")
        former.createObjectStore("feeds", { keyPath: "conversationId" })
        former.createObjectStore("rows")
        former.createObjectStore("outbox", { keyPath: "id" }).createIndex("tab", "tab")
        former.createObjectStore("drafts").createIndex("at", "at")
        former.createObjectStore("people", { keyPath: "userId" }).createIndex("at", "at")
      }
    })
    await older.put("meta", { reads: [] }, "reads")
    await older.put("feeds", { conversationId: log, cursor: 2, gaps: [], stale: [] })
    await older.put("rows", { seq: 2 }, [log, 2])
    await older.put("outbox", { id: "1", tab: "tab", row: {} })
    await older.put("drafts", { text: "a", at: 1 }, log)
    await older.put("people", { userId, at: 1 })
    older.close()
    const kept = (await scene()).database
    const counts = (["feeds", "rows", "meta", "outbox", "drafts", "people"] as const).map((name) => kept.count(name))
    assert.deepStrictEqual(await Promise.all(counts), [0, 0, 1, 1, 1, 1])
  })
})
