import { assert, beforeEach, describe, it } from "@effect/vitest"
import type { FeedChange } from "@hibiki/core/client/feed/KeptFeed"
import { ClientStore, type StoreChange } from "@hibiki/core/client/store/ClientStore"
import { ClientStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import { CommandId, ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { Effect, FastCheck as fc } from "effect"
import { type Database, forgetAllBut } from "../../src/lib/database.ts"
import { ClientStoreIdb } from "../../src/runtime/ClientStoreIdb.ts"
import { freshBrowser, open } from "../lib/memoryDatabase.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const log = (n: number) => ConversationId.make(uuid(n))
const epochs = [Epoch.make(uuid(901)), Epoch.make(uuid(902))] as const
const row = (seq: number, rev = seq): MessageRow => ({
  seq,
  rev,
  id: CommandId.make(uuid(seq)),
  by: UserId.make(uuid(77)),
  at: 1_000 + seq,
  kind: "posted",
  text: `${seq}.${rev}`
})
const feed = (
  n: number,
  cursor: number,
  put: ReadonlyArray<MessageRow>,
  more: Partial<FeedChange> = {}
): FeedChange => ({
  conversationId: log(n),
  cursor,
  gaps: [],
  stale: [],
  anew: false,
  from: 0,
  put,
  ...more
})
const change = (feeds: ReadonlyArray<FeedChange>, more: Partial<StoreChange> = {}): StoreChange => ({
  epoch: epochs[0],
  feeds,
  cursors: [],
  gone: [],
  ...more
})
type Store = ClientStore["Type"]
const storeOf = (idb: ClientStoreIdb): Effect.Effect<Store> => Effect.provide(ClientStore, idb.layer)
const writer = (database: Database, tab = "a") => storeOf(new ClientStoreIdb(database, tab, true))
/** What a start after this one would read. */
const everything = (store: Store, logs: ReadonlyArray<ConversationId>) =>
  Effect.gen(function* () {
    const { cursors, epoch } = yield* store.load
    const feeds = yield* Effect.forEach(logs, (id) => store.feed(id))
    return { epoch, cursors: [...cursors].sort(), feeds }
  })

beforeEach(freshBrowser)

describe("ClientStoreIdb", () => {
  it.effect("keeps a feed's cursor and rows for the next start", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const store = yield* writer(database)
      yield* store.load
      yield* store.save(change([feed(1, 3, [row(1), row(2), row(3)])], { cursors: [[log(9), 4]] }))
      const next = yield* writer(database, "b")
      assert.deepStrictEqual(yield* next.load, {
        epoch: epochs[0],
        cursors: [
          [log(1), 3],
          [log(9), 4]
        ],
        reads: []
      })
      assert.deepStrictEqual((yield* next.feed(log(1)))?.rows, [row(1), row(2), row(3)])
      assert.isUndefined(yield* next.feed(log(9)))
    })
  )

  it("loads what a store in memory holds after the same saves", async () => {
    const seq = fc.integer({ min: 1, max: 12 })
    const someFeed = fc
      .record({
        n: fc.integer({ min: 1, max: 3 }),
        cursor: seq,
        put: fc.uniqueArray(seq, { maxLength: 6 }),
        rev: seq,
        anew: fc.boolean(),
        from: seq
      })
      .map(({ anew, cursor, from, n, put, rev }) =>
        feed(
          n,
          cursor,
          put.filter((at) => at >= from).map((at) => row(at, rev)),
          { anew, from, gaps: [{ from: 0, to: from }], stale: [{ from, to: cursor, asOf: rev }] }
        )
      )
    const someChange = fc
      .record({
        feeds: fc.uniqueArray(someFeed, { selector: ({ conversationId }) => conversationId, maxLength: 3 }),
        aside: seq,
        gone: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        epoch: fc.integer({ min: 0, max: 9 })
      })
      .map(({ aside, epoch, feeds, gone }) =>
        change(
          feeds.filter(({ conversationId }) => gone === undefined || conversationId !== log(gone)),
          {
            epoch: epoch === 0 ? epochs[1] : epochs[0],
            cursors: gone === 4 ? [] : [[log(4), aside]],
            gone: gone === undefined ? [] : [log(gone)]
          }
        )
      )
    await fc.assert(
      fc.asyncProperty(fc.array(someChange, { minLength: 1, maxLength: 8 }), async (changes) => {
        freshBrowser()
        const database = await open()
        const logs = [1, 2, 3, 4].map(log)
        const run = Effect.gen(function* () {
          const idb = yield* writer(database)
          const memory = yield* Effect.provide(ClientStore, ClientStoreMemory)
          yield* idb.load
          for (const each of changes) {
            yield* idb.save(each)
            yield* memory.save(each)
          }
          return [yield* everything(yield* writer(database, "next"), logs), yield* everything(memory, logs)] as const
        })
        const [kept, expected] = await Effect.runPromise(run)
        assert.deepStrictEqual(kept, expected)
      }),
      { numRuns: 40 }
    )
  })

  it.effect("keeps all of a change or nothing", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const store = yield* writer(database)
      yield* store.load
      yield* store.save(change([feed(1, 2, [row(1), row(2)])]))
      // What no database can hold fails in the middle of the change.
      const unkeepable = { ...row(3), text: (() => "") as unknown as string }
      const failure = yield* Effect.flip(store.save(change([feed(2, 1, [row(1)]), feed(1, 4, [row(4), unkeepable])])))
      assert.strictEqual(failure._tag, "ClientStoreFailed")
      const next = yield* writer(database, "b")
      assert.deepStrictEqual((yield* next.load).cursors, [[log(1), 2]])
      assert.deepStrictEqual((yield* next.feed(log(1)))?.rows, [row(1), row(2)])
    })
  )

  it.effect("drops everything with another epoch", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const store = yield* writer(database)
      yield* store.load
      yield* store.save(change([feed(1, 2, [row(1), row(2)])], { cursors: [[log(9), 7]] }))
      yield* store.save(change([feed(2, 1, [row(1)])], { epoch: epochs[1] }))
      const next = yield* writer(database, "b")
      assert.deepStrictEqual(yield* next.load, { epoch: epochs[1], cursors: [[log(2), 1]], reads: [] })
      assert.isUndefined(yield* next.feed(log(1)))
    })
  )

  it.effect("lets a tab that was overtaken change nothing", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const first = yield* writer(database, "a")
      yield* first.load
      yield* first.save(change([feed(1, 1, [row(1)])]))
      const second = yield* writer(database, "b")
      yield* second.load
      assert.strictEqual((yield* Effect.flip(first.save(change([feed(1, 2, [row(2)])]))))._tag, "ClientStoreFailed")
      yield* second.save(change([feed(1, 3, [row(2), row(3)])]))
      const next = yield* writer(database, "c")
      assert.deepStrictEqual((yield* next.load).cursors, [[log(1), 3]])
      assert.deepStrictEqual((yield* next.feed(log(1)))?.rows, [row(1), row(2), row(3)])
    })
  )

  it.effect("keeps how far was read in any tab, also when another one writes", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const leader = yield* writer(database, "a")
      yield* leader.load
      yield* leader.save(change([feed(1, 9, [row(9)])]))
      const reader = yield* storeOf(new ClientStoreIdb(database, "b", false))
      assert.deepStrictEqual((yield* reader.load).reads, [])
      yield* Effect.all(
        [
          reader.saveReads(epochs[0], { put: [[log(1), 5]], done: [] }),
          leader.saveReads(epochs[0], {
            put: [
              [log(2), 3],
              [log(1), 4]
            ],
            done: []
          })
        ],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual((yield* leader.load).reads, [
        [log(2), 3],
        [log(1), 5]
      ])
      yield* reader.saveReads(epochs[0], { put: [], done: [[log(1), 5]] })
      yield* leader.save(change([feed(1, 10, [row(10)])]))
      assert.deepStrictEqual((yield* reader.load).reads, [[log(2), 3]])
      yield* leader.save(change([], { epoch: epochs[1] }))
      assert.deepStrictEqual((yield* reader.load).reads, [])
    })
  )

  it.effect("keeps nothing more once all was forgotten", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const store = yield* writer(database)
      yield* store.load
      yield* Effect.promise(() => forgetAllBut("outbox", database))
      yield* Effect.flip(store.save(change([feed(1, 1, [row(1)])])))
      yield* Effect.flip(store.saveReads(epochs[0], { put: [[log(1), 1]], done: [] }))
      assert.strictEqual(yield* Effect.promise(() => database.count("meta")), 0)
    })
  )

  it.effect("gives a reader no rows that are right as of another cursor than it read", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const leader = yield* writer(database, "a")
      yield* leader.load
      yield* leader.save(change([feed(1, 1, [row(1)]), feed(2, 5, [row(5)])]))
      const reader = yield* storeOf(new ClientStoreIdb(database, "b", false))
      yield* reader.load
      yield* leader.save(change([feed(1, 2, [row(1, 2), row(2)])]))
      assert.isUndefined(yield* reader.feed(log(1)))
      assert.deepStrictEqual((yield* reader.feed(log(2)))?.rows, [row(5)])
      assert.strictEqual((yield* Effect.flip(reader.save(change([feed(2, 6, [row(6)])]))))._tag, "ClientStoreFailed")
    })
  )

  it.effect("keeps what still fits and drops the rest when a reader comes to write", () =>
    Effect.gen(function* () {
      const database = yield* Effect.promise(() => open())
      const leader = yield* writer(database, "a")
      yield* leader.load
      yield* leader.save(change([feed(1, 1, [row(1)]), feed(2, 5, [row(5)])]))
      const idb = new ClientStoreIdb(database, "b", false)
      const reader = yield* storeOf(idb)
      yield* reader.load
      yield* leader.save(change([feed(1, 2, [row(2)]), feed(3, 1, [row(1)])]))
      yield* Effect.promise(() => idb.claim())
      // Nothing is gone before there is something in its place.
      const opened = yield* storeOf(new ClientStoreIdb(database, "opened meanwhile", false))
      assert.strictEqual((yield* opened.load).cursors.length, 3)
      assert.deepStrictEqual((yield* opened.feed(log(1)))?.rows, [row(1), row(2)])
      assert.strictEqual((yield* Effect.flip(leader.save(change([feed(1, 3, [row(3)])]))))._tag, "ClientStoreFailed")
      yield* reader.save(change([feed(4, 1, [row(1)], { anew: true })]))
      const next = yield* writer(database, "c")
      assert.deepStrictEqual([...(yield* next.load).cursors].sort(), [
        [log(2), 5],
        [log(4), 1]
      ])
      assert.isUndefined(yield* next.feed(log(1)))
    })
  )
})
