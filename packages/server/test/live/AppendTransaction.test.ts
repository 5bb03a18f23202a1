/** What holds of an append's transaction on the connections that a cluster's workers have: two flushes, and locks for a second at most. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { requestOf } from "@hibiki/core/commands/FactRequest"
import { EventStore } from "@hibiki/core/messages/EventStore"
import { gist } from "@hibiki/core/testing/contracts/log/LogScene"
import { Context, Effect, Layer } from "effect"
import { sqlPostgres } from "../../src/infra/SqlPostgres.ts"
import { appendInTransaction } from "../../src/messages/appendInTransaction.ts"
import { loadParameters, loadQuery } from "../../src/messages/batchSql.ts"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { anotherStore, command, kindsOf, makeGroup } from "./interleave.ts"
import { freshDatabase, LiveDatabase, liveClient } from "./liveKit.ts"

/** A store as a worker's, with one connection for appends. */
const workersStore = Effect.gen(function* () {
  const { url } = yield* LiveDatabase
  const client = sqlPostgres({ url, connections: 1, application: "hibiki-test append", pipelined: true })
  const context = yield* Layer.build(Layer.provideMerge(EventStoreSql, client))
  const sql = Context.get(context, SqlClient.SqlClient)
  return { store: Context.get(context, EventStore), sql, append: appendInTransaction(sql) }
})

describe("an append's transaction", () => {
  layer(liveClient().pipe(Layer.provideMerge(freshDatabase)), { timeout: 60_000, excludeTestServices: true })((it) => {
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
          .pipe(Effect.repeat({ until: ({ decisions }) => decisions[0]?._tag === "Appended" }), Effect.timeout("10 seconds"))
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

    it.scoped("is a failure when what it writes fails, though the commit is sent with it, and the connection serves the next batch", () =>
      Effect.gen(function* () {
        const { ann, log } = yield* makeGroup
        const { append, sql, store } = yield* workersStore
        yield* sql.unsafe(
          `create function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '40001'; end $$`
        )
        yield* sql.unsafe("create trigger refuse_row before insert on events for each row execute function refuse_row()")
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
