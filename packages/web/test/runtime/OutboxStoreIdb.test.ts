import { assert, beforeEach, describe, it } from "@effect/vitest"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore } from "@hibiki/core/client/outbox/OutboxStore"
import { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import { type Database, forgetAllBut } from "../../src/lib/database.ts"
import type { Tabs } from "../../src/lib/tabs.ts"
import { Adoption, outboxStoreIdb, outboxTabs, takeOver } from "../../src/runtime/OutboxStoreIdb.ts"
import { freshBrowser, open } from "../lib/memoryDatabase.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const post = (n: number, text = `post ${n}`): OutboxRow => ({
  id: CommandId.make(uuid(n)),
  conversationId: ConversationId.make(uuid(500)),
  order: n,
  epoch: null,
  at: n,
  body: { kind: "post", text },
  state: "queued",
  handedOver: false
})
const storeOf = (database: Database, tab: string) => Effect.provide(OutboxStore, outboxStoreIdb(database, tab))
const idsOf = (rows: ReadonlyArray<OutboxRow>) => rows.map(({ order }) => order).sort()
const tabsWhere = (alive: Set<string>, tabId: string): Tabs => ({
  tabId,
  actsAlone: false,
  lead: () => ({ leads: () => true, settled: Promise.resolve(true), leave: () => undefined }),
  gone: async (ids) => ids.filter((id) => id !== tabId && !alive.has(id))
})

beforeEach(freshBrowser)

describe("OutboxStoreIdb", () => {
  it.effect("answers a tab's own rows after a reload, as they were changed last", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const [a, b] = [yield* storeOf(database, "a"), yield* storeOf(database, "b")]
      yield* a.put([post(1), post(2)])
      yield* b.put([post(3)])
      yield* a.put([{ ...post(2, "changed"), state: "sent" }])
      yield* a.remove([post(1).id, post(9).id])
      assert.deepStrictEqual(yield* (yield* storeOf(database, "a")).load, [{ ...post(2, "changed"), state: "sent" }])
      assert.deepStrictEqual(yield* b.load, [post(3)])
    })
  )

  it.effect("gives a closed tab's rows to another, once", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      yield* (yield* storeOf(database, "a")).put([post(1)])
      yield* (yield* storeOf(database, "b")).put([post(2)])
      assert.deepStrictEqual([...(yield* Effect.promise(() => outboxTabs(database)))].sort(), ["a", "b"])
      const taken = yield* Effect.promise(() => takeOver(database, ["a"], "b"))
      assert.deepStrictEqual(idsOf(taken), [1])
      assert.deepStrictEqual(idsOf(yield* (yield* storeOf(database, "b")).load), [1, 2])
      assert.deepStrictEqual(yield* Effect.promise(() => takeOver(database, ["a"], "b")), [])
    })
  )

  it("keeps what was not sent when the account is forgotten, and says how many posts will be sent", async () => {
    const database = await open()
    const sent: OutboxRow = { ...post(2), state: "sent", handedOver: true }
    const refused: OutboxRow = { ...post(4), state: "failed", code: "blank" }
    const reaction: OutboxRow = { ...post(3), body: { kind: "react", target: 1, emoji: "👍", on: true } }
    await Effect.runPromise(
      Effect.flatMap(storeOf(database, "a"), (store) => store.put([post(1), sent, refused, reaction]))
    )
    await database.put("drafts", { text: "secret", at: 1 }, ConversationId.make(uuid(500)))
    assert.strictEqual(await forgetAllBut("outbox", database), 2)
    assert.deepStrictEqual(await database.getAll("drafts"), [])
    assert.strictEqual(await database.count("outbox"), 4)
  })
})

describe("Adoption", () => {
  const scene = async (alive: ReadonlyArray<string>) => {
    const database = await open()
    await Effect.runPromise(Effect.flatMap(storeOf(database, "gone"), (store) => store.put([post(1)])))
    const living = new Set(alive)
    const adopted: Array<number> = []
    let leads = true
    const adoption = new Adoption({
      database,
      tabs: tabsWhere(living, "me"),
      leads: () => leads,
      adopt: (rows) => adopted.push(...idsOf(rows))
    })
    return { adoption, adopted, living, database, stopLeading: () => (leads = false) }
  }

  it("takes rows of a tab that is gone at the own start", async () => {
    const { adopted, adoption } = await scene([])
    await adoption.look(true)
    assert.deepStrictEqual(adopted, [1])
  })

  it("waits for a second look later, so that a tab may reload", async () => {
    const { adopted, adoption, living } = await scene([])
    await adoption.look()
    living.add("gone")
    await adoption.look()
    assert.deepStrictEqual(adopted, [])
    living.delete("gone")
    await adoption.look()
    assert.deepStrictEqual(adopted, [])
    await adoption.look()
    assert.deepStrictEqual(adopted, [1])
  })

  it("leaves everything to the tab that leads", async () => {
    const { adopted, adoption, stopLeading } = await scene([])
    stopLeading()
    await adoption.look(true)
    assert.deepStrictEqual(adopted, [])
  })
})
