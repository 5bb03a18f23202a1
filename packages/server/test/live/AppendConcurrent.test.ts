/**
 * Two processes append to the same conversations for a while: nothing waits in a circle, nothing is lost, doubled or
 * out of order.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import type { Command } from "@hibiki/core/commands/Command"
import { ConversationId, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import type { EventStore } from "@hibiki/core/ports/EventStore"
import { gist } from "@hibiki/testing/contracts/log/LogScene"
import { Effect, Fiber, Layer } from "effect"
import { expectFigure } from "../../../../scripts/figures.mjs"
import { appendInTransaction } from "../../src/sql/appendInTransaction.ts"
import { sqlState } from "../../src/sql/sqlState.ts"
import { loads, slowId } from "./appendMutants.ts"
import { anotherStore, command, install, makeGroup, newUser } from "./interleave.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

type Store = typeof EventStore.Service

const makeGroups = (count: number) => Effect.all(Array.from({ length: count }, () => makeGroup))
const post = (store: Store, by: UserId, log: ConversationId, text: string) =>
  command(store, by, log, { kind: "post", text })

/** Gives the batch again, as a worker does, until nothing of it is set aside. Tells how often something was. */
const appendAll = (store: Store, commands: ReadonlyArray<Command>) =>
  Effect.gen(function* () {
    let [rest, times] = [commands, 0]
    while (rest.length > 0) {
      const { decisions } = yield* store.append(rest)
      rest = rest.filter((_, i) => decisions[i]?._tag === "SetAside")
      if (rest.length > 0) times++
    }
    return times
  })

/** Batches over the same logs in opposite orders from two connections at once; the SQLSTATEs of those that failed. */
const oppositeBatches = (
  source: string,
  makeLogs: Effect.Effect<ReadonlyArray<ConversationId>>,
  times: number,
  make: (store: Store, log: ConversationId) => Effect.Effect<Command>
) =>
  Effect.gen(function* () {
    yield* install(source)
    const stores = [yield* anotherStore, yield* anotherStore]
    const errors: Array<string | undefined> = []
    for (let i = 0; i < times; i++) {
      const logs = yield* makeLogs
      const runs = stores.map(({ sql, store }, n) =>
        Effect.forEach(n === 0 ? logs : logs.toReversed(), (log) => make(store, log)).pipe(
          Effect.flatMap((commands) => appendInTransaction(sql)(commands)),
          Effect.catchAll((error) => Effect.sync(() => errors.push(sqlState(error))))
        )
      )
      yield* Effect.all(runs, { concurrency: 2 })
    }
    return errors
  })

describe("two processes that append at once", () => {
  layer(liveClient().pipe(Layer.provideMerge(freshDatabase)), { excludeTestServices: true })((it) => {
    it.scoped("150 batches of each over the same logs, in opposite orders, end without a deadlock", () =>
      Effect.gen(function* () {
        const groups = yield* makeGroups(10)
        const byLog = new Map(groups.map(({ ann, log }) => [log, ann]))
        const logs = Effect.succeed([...byLog.keys()])
        const errors = yield* oppositeBatches(loads.right, logs, 150, (store, log) =>
          post(store, byLog.get(log) as UserId, log, "a")
        )
        assert.deepStrictEqual(errors, [])
      })
    )
    it.scoped("locked in the order given, they would deadlock", () =>
      Effect.gen(function* () {
        const groups = yield* makeGroups(10)
        const byLog = new Map(groups.map(({ ann, log }) => [log, ann]))
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(slowId))
        const errors = yield* oppositeBatches(
          loads.lockWithoutOrder,
          Effect.succeed([...byLog.keys()]),
          5,
          (store, log) => post(store, byLog.get(log) as UserId, log, "a")
        )
        assert.strictEqual(errors.includes("40P01"), true)
      })
    )

    const creation = (by: UserId) => (store: Store, log: ConversationId) =>
      command(store, by, log, { kind: "create", conversationKind: "group", title: "t", history: "all", members: [] })
    const freshLogs = Effect.all(
      Array.from({ length: 6 }, () => Effect.map(makeUuidV7, (id) => ConversationId.make(id)))
    )
    it.scoped("creations of the same ids, in opposite orders, wait for nothing", () =>
      Effect.gen(function* () {
        const ann = yield* newUser
        assert.deepStrictEqual(yield* oppositeBatches(loads.right, freshLogs, 20, creation(ann)), [])
      })
    )
    it.scoped("waiting for ids in the order given, they would deadlock", () =>
      Effect.gen(function* () {
        const ann = yield* newUser
        assert.strictEqual(
          (yield* oppositeBatches(loads.creationsWaiting, freshLogs, 5, creation(ann))).includes("40P01"),
          true
        )
      })
    )

    const oneOfFourLocked = (source: string) =>
      Effect.gen(function* () {
        const groups = yield* makeGroups(4)
        yield* install(source)
        const { store } = yield* anotherStore
        const sql = yield* SqlClient.SqlClient
        const holder = yield* sql.reserve
        yield* holder.executeUnprepared("begin", [], undefined)
        yield* holder.execute("select from conversations where id = $1 for update", [groups[1]?.log], undefined)
        yield* Effect.addFinalizer(() => Effect.orDie(holder.executeUnprepared("rollback", [], undefined)))
        const commands = yield* Effect.forEach([0, 1, 2, 3, 1, 0], (i) =>
          post(store, groups[i]?.ann as UserId, groups[i]?.log as ConversationId, "a")
        )
        // An edit, so that the locked log goes command by command as well.
        const edit = yield* command(store, groups[1]?.ann as UserId, groups[1]?.log as ConversationId, {
          kind: "edit",
          target: 2,
          text: "b"
        })
        const startedAt = performance.now()
        const result = yield* Effect.either(store.append([...commands, edit]))
        return {
          result: result._tag === "Right" ? result.right.decisions.map(gist) : result.left._tag,
          tookMs: performance.now() - startedAt
        }
      })
    it.scoped("one locked log of four is set aside with all its commands; the other three are stored at once", () =>
      Effect.gen(function* () {
        const { result, tookMs } = yield* oneOfFourLocked(loads.right)
        assert.deepStrictEqual(result, [
          "Appended 2",
          "SetAside",
          "Appended 2",
          "Appended 2",
          "SetAside",
          "Appended 3",
          "SetAside"
        ])
        expectFigure({ name: "an append beside a locked log", measured: tookMs, bound: 1_000, unit: "ms" })
      })
    )
    it.scoped("waiting for the locked one, all would fail", () =>
      Effect.gen(function* () {
        const { result, tookMs } = yield* oneOfFourLocked(loads.lockWaiting)
        assert.strictEqual(result, "StoreUnavailable")
        assert.isAbove(tookMs, 1_000)
      })
    )

    it.scoped("a reader that follows a log while two write to it meets every seq, and none twice", () =>
      Effect.gen(function* () {
        const groups = yield* makeGroups(3)
        yield* install(loads.right)
        const [one, two, reader] = [yield* anotherStore, yield* anotherStore, yield* anotherStore]
        const write = ({ store }: { readonly store: Store }, name: string) =>
          Effect.gen(function* () {
            let setAside = 0
            for (let i = 0; i < 60; i++) {
              const commands = yield* Effect.forEach([0, 1, 2, 0], (g) =>
                post(store, groups[g]?.ann as UserId, groups[g]?.log as ConversationId, `${name} ${i}`)
              )
              setAside += yield* appendAll(store, commands)
            }
            return setAside
          })
        const writers = yield* Effect.fork(Effect.all([write(one, "one"), write(two, "two")], { concurrency: 2 }))
        const seen = groups.map(({ log }) => ({ log, cursor: 0, seqs: [] as Array<number>, ids: new Set<string>() }))
        const follow = Effect.forEach(seen, (place) =>
          Effect.map(reader.store.after(place.log, place.cursor, 7), ({ events }) => {
            for (const { id, seq } of events) {
              place.seqs.push(seq)
              place.ids.add(id)
              place.cursor = seq
            }
          })
        )
        while ((yield* Fiber.poll(writers))._tag === "None") yield* follow
        const setAside = yield* Fiber.join(writers)
        for (let i = 0; i < 60; i++) yield* follow
        // 60 rounds of 2 writers, and the log's first event.
        assert.deepStrictEqual(
          seen.map(({ seqs }) => seqs),
          [241, 121, 121].map((length) => Array.from({ length }, (_, i) => i + 1))
        )
        assert.deepStrictEqual(
          seen.map(({ ids }) => ids.size),
          [241, 121, 121]
        )
        // Else the two never met, and this test showed nothing.
        assert.isAbove(setAside[0] + setAside[1], 0)
      })
    )
  })
})
