/**
 * What holds of an append's transaction on the connections that a cluster's workers have: two flushes, and locks for a
 * second at most.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { requestOf } from "@hibiki/core/commands/FactRequest"
import { ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { gist } from "@hibiki/testing/contracts/log/LogScene"
import { Context, Effect, Fiber, Layer } from "effect"
import { appendInTransaction } from "../../src/sql/appendInTransaction.ts"
import { loadParameters, loadQuery } from "../../src/sql/batchSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"
import { anotherStore, command, kindsOf, makeGroup, newUser, someWait } from "./interleave.ts"
import { freshDatabase, LiveDatabase, liveClient } from "./liveKit.ts"

/** A store as a worker's, with one connection for appends. */
const workersStore = Effect.gen(function* () {
  const { url } = yield* LiveDatabase
  const client = sqlPostgres({ url, connections: 1, application: "hibiki-test append", pipelined: true })
  const context = yield* Layer.build(Layer.provideMerge(EventStoreSql, client))
  const sql = Context.get(context, SqlClient.SqlClient)
  return { store: Context.get(context, EventStore), sql, append: appendInTransaction(sql) }
})

/** Holds a log's lock until it is let go. */
const holding = (log: ConversationId) =>
  Effect.gen(function* () {
    const holder = yield* (yield* SqlClient.SqlClient).reserve
    yield* holder.executeUnprepared("begin", [], undefined)
    yield* holder.execute("select from conversations where id = $1 for no key update", [log], undefined)
    const letGo = Effect.orDie(holder.executeUnprepared("rollback", [], undefined))
    yield* Effect.addFinalizer(() => letGo)
    return letGo
  })

describe("a batch that waits for its locks", () => {
  layer(liveClient().pipe(Layer.provideMerge(freshDatabase)), { excludeTestServices: true })((it) => {
    it.scoped("is decided when the one that it waited for is free", () =>
      Effect.gen(function* () {
        const { ann, bob, log } = yield* makeGroup
        const { append, store } = yield* workersStore
        const remove = yield* command(store, ann, log, { kind: "remove", userId: bob })
        const letGo = yield* holding(personalLog(bob) as ConversationId)
        const waiting = yield* Effect.fork(append([remove], { waits: true }))
        yield* someWait("transactionid")
        yield* letGo
        assert.deepStrictEqual((yield* Fiber.join(waiting)).decisions.map(gist), ["Appended 2"])
        assert.deepStrictEqual(
          (yield* store.after(personalLog(bob) as ConversationId, 0, 10)).events.map(({ kind }) => kind),
          ["added", "removed"]
        )
      })
    )

    it.scoped("is set aside after a moment, holds nothing then, and leaves the connection as it was", () =>
      Effect.gen(function* () {
        const { ann, bob, log } = yield* makeGroup
        const { append, sql, store } = yield* workersStore
        const [{ timeout: before } = { timeout: "" }] = yield* sql<{
          timeout: string
        }>`select current_setting('statement_timeout') as timeout`
        const remove = yield* command(store, ann, log, { kind: "remove", userId: bob })
        yield* holding(personalLog(bob) as ConversationId)
        assert.deepStrictEqual((yield* append([remove], { waits: true })).decisions.map(gist), ["SetAside"])
        const post = yield* command(store, ann, log, { kind: "post", text: "a" })
        const other = yield* anotherStore
        assert.deepStrictEqual((yield* other.store.append([post])).decisions.map(gist), ["Appended 2"])
        const [{ timeout } = { timeout: "" }] = yield* sql<{
          timeout: string
        }>`select current_setting('statement_timeout') as timeout`
        assert.strictEqual(timeout, before)
      })
    )

    it.scoped("gets 25 adds of 500 people through beside four processes that are busy with those people's logs", () =>
      Effect.gen(function* () {
        const { ann } = yield* makeGroup
        const people = yield* Effect.forEach(Array.from({ length: 500 }), () => newUser)
        const { append, store } = yield* workersStore
        const make = (members: ReadonlyArray<UserId>, by: UserId) =>
          Effect.flatMap(makeUuidV7, (id) =>
            command(store, by, ConversationId.make(id), {
              kind: "create",
              conversationKind: "group",
              title: "t",
              history: "all",
              members
            })
          )
        // Groups of two, so that each of the busy batches marks as unread on twenty logs.
        const owner = people[0] as UserId
        const whole = yield* make([], owner)
        yield* append([whole])
        yield* append([yield* command(store, owner, whole.log, { kind: "add", userIds: people.slice(1) })])
        const busy = yield* Effect.forEach([0, 1, 2, 3], (n) =>
          Effect.gen(function* () {
            const worker = yield* workersStore
            let [turn, batches] = [0, 0]
            const batch = Effect.gen(function* () {
              turn++
              const commands = yield* Effect.forEach(Array.from({ length: 20 }), (_, i) => {
                const userId = people[(n * 125 + turn * 20 + i) % 500] as UserId
                return command(worker.store, userId, personalLog(userId) as ConversationId, {
                  kind: "favourite",
                  conversationId: whole.log,
                  on: turn % 2 === 0
                })
              })
              yield* worker.append(commands)
              batches++
            })
            return { fiber: yield* Effect.fork(Effect.forever(batch)), done: () => batches }
          })
        )
        let stored = 0
        for (let n = 0; n < 25; n++) {
          const group = yield* make([], ann)
          yield* append([group])
          const add = yield* command(store, ann, group.log, { kind: "add", userIds: people })
          const before = busy.map(({ done }) => done())
          // As a worker: for two seconds, by turns without and with waiting.
          const until = performance.now() + 2_000
          for (let tries = 0; performance.now() < until; tries++) {
            const { decisions } = yield* append([add], { waits: tries >= 2 && tries % 2 === 0 })
            if (decisions[0]?._tag !== "Appended") continue
            stored++
            break
          }
          for (const [i, { done }] of busy.entries())
            yield* Effect.repeat(Effect.sync(done), { until: (now) => now > (before[i] ?? 0) })
        }
        assert.strictEqual(stored, 25)
        yield* Effect.forEach(busy, ({ fiber }) => Fiber.interrupt(fiber))
      })
    )
  })
})

describe("an append's transaction", () => {
  layer(liveClient().pipe(Layer.provideMerge(freshDatabase)), { excludeTestServices: true })((it) => {
    it.scoped("lets its logs go when its process stops between loading and storing, and nothing of it is stored", () =>
      Effect.gen(function* () {
        const { ann, bob, log } = yield* makeGroup
        const [stopped, other] = [yield* workersStore, yield* anotherStore]
        const late = yield* command(stopped.store, ann, log, { kind: "post", text: "late" })
        const connection = yield* stopped.sql.reserve
        yield* connection.executeRaw("begin", [])
        yield* connection.execute(loadQuery, loadParameters(requestOf([late])), undefined)

        const post = yield* command(other.store, bob, log, { kind: "post", text: "in time" })
        const first = yield* other.store.append([post])
        assert.deepStrictEqual(first.decisions.map(gist), ["SetAside"])
        const startedAt = performance.now()
        // It asks again and again, as a worker does, until the database ends the one that stands still.
        const stored = yield* other.store
          .append([post])
          .pipe(
            Effect.repeat({ until: ({ decisions }) => decisions[0]?._tag === "Appended" }),
            Effect.timeout("10 seconds")
          )
        assert.deepStrictEqual(stored.decisions.map(gist), ["Appended 2"])
        assert.isBelow(performance.now() - startedAt, 5_000)
        const committed = yield* Effect.either(connection.executeRaw("commit", []))
        assert.strictEqual(committed._tag, "Left")
        assert.deepStrictEqual(
          (yield* kindsOf(other.store, log)).map(({ kind }) => kind),
          ["created", "posted"]
        )
      })
    )

    it.scoped(
      "is a failure when what it writes fails, though the commit is sent with it, and the connection serves the next batch",
      () =>
        Effect.gen(function* () {
          const { ann, log } = yield* makeGroup
          const { append, sql, store } = yield* workersStore
          yield* sql.unsafe(
            `create function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '40001'; end $$`
          )
          yield* sql.unsafe(
            "create trigger refuse_row before insert on events for each row execute function refuse_row()"
          )
          const post = yield* command(store, ann, log, { kind: "post", text: "a" })
          const failed = yield* Effect.either(append([post]))
          yield* sql.unsafe("drop trigger refuse_row on events")
          assert.strictEqual(failed._tag, "Left")
          assert.deepStrictEqual((yield* append([post])).decisions.map(gist), ["Appended 2"])
        })
    )

    it.scoped("is a failure when the commit itself fails", () =>
      Effect.gen(function* () {
        const { ann, log } = yield* makeGroup
        const { append, sql, store } = yield* workersStore
        yield* sql.unsafe(
          `create function refuse_commit() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '40001'; end $$`
        )
        yield* sql.unsafe(
          "create constraint trigger refuse_commit after insert on events deferrable initially deferred for each row execute function refuse_commit()"
        )
        const post = yield* command(store, ann, log, { kind: "post", text: "a" })
        const failed = yield* Effect.either(append([post]))
        yield* sql.unsafe("drop trigger refuse_commit on events")
        assert.strictEqual(failed._tag, "Left")
        assert.deepStrictEqual(
          (yield* kindsOf(store, log)).map(({ kind }) => kind),
          ["created"]
        )
        assert.deepStrictEqual((yield* append([post])).decisions.map(gist), ["Appended 2"])
      })
    )
  })
})
