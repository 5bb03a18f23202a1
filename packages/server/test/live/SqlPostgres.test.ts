/** The pool's connections when the network or the server lets them down. */

import { connect, createServer, type Socket } from "node:net"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect, Fiber, Layer, Metric, Redacted, Schedule } from "effect"
import { checkPostgres } from "../../src/sql/checkPostgres.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { postgresBroken, postgresUnreached } from "../../src/sql/PostgresMetrics.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"
import { sqlState } from "../../src/sql/sqlState.ts"
import { freshDatabase, LiveDatabase } from "./liveKit.ts"

/** A way to the server that can be made to swallow everything on the connections it has. */
const leakyWay = Effect.gen(function* () {
  const target = new URL(Redacted.value((yield* LiveDatabase).url))
  const [host, port] = [target.hostname, Number(target.port)]
  const swallowed = new Set<Socket>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const upstream = connect(port, host)
    sockets.add(socket).add(upstream)
    const pass = (from: Socket, to: Socket) =>
      from.on("data", (chunk) => void (swallowed.has(socket) || to.write(chunk)))
    pass(socket, upstream)
    pass(upstream, socket)
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket]
    ] as const) {
      from.on("error", () => undefined).on("close", () => to.destroy())
    }
  })
  yield* Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void)))
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      server.close()
      for (const socket of sockets) socket.destroy()
    })
  )
  const address = server.address()
  target.port = String(typeof address === "object" && address !== null ? address.port : 0)
  return {
    url: Redacted.make(target.href),
    swallow: Effect.sync(() => sockets.forEach((socket) => swallowed.add(socket)))
  }
})

const one = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select 1 as one`)

describe("the pool", () => {
  layer(freshDatabase, { excludeTestServices: true })((it) => {
    it.scoped("gives up a query on a network that swallows everything, and its connection with it", () =>
      Effect.gen(function* () {
        const { swallow, url } = yield* leakyWay
        yield* Effect.gen(function* () {
          yield* one
          yield* swallow
          const broken = (yield* Metric.value(postgresBroken)).count
          const startedAt = performance.now()
          assert.strictEqual((yield* Effect.flip(one))._tag, "SqlError")
          assert.isBelow(performance.now() - startedAt, 5_000)
          assert.strictEqual((yield* Metric.value(postgresBroken)).count, broken + 1)
          // The pool has one connection: the one that fell silent would cost this query its time, too.
          assert.deepStrictEqual(yield* one, [{ one: 1 }])
        }).pipe(Effect.provide(sqlPostgres({ url, connections: 1, application: "leaky", statementTimeoutMs: 500 })))
      })
    )

    it.scoped("lets nobody wait longer than is said for a connection that others use, and counts it", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        yield* Effect.gen(function* () {
          const unreached = (yield* Metric.value(postgresUnreached)).count
          const sleeping = yield* Effect.fork(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select pg_sleep(1)`))
          yield* Effect.yieldNow()
          assert.strictEqual((yield* Effect.flip(one))._tag, "SqlError")
          assert.strictEqual((yield* Metric.value(postgresUnreached)).count, unreached + 1)
          yield* Fiber.join(sleeping)
          assert.deepStrictEqual(yield* one, [{ one: 1 }])
        }).pipe(Effect.provide(sqlPostgres({ url, connections: 1, application: "busy", connectTimeoutMs: 200 })))
      })
    )

    it.scoped("holds nobody up behind the query of one who was interrupted, and cancels nobody else's", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        yield* Effect.gen(function* () {
          yield* one
          const startedAt = performance.now()
          const asking = yield* Effect.fork(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select pg_sleep(3)`))
          yield* Effect.sleep("50 millis")
          yield* Fiber.interrupt(asking)
          assert.deepStrictEqual(yield* one, [{ one: 1 }])
          assert.isBelow(performance.now() - startedAt, 2_000)
        }).pipe(Effect.provide(sqlPostgres({ url, connections: 1, application: "interrupted" })))
        yield* Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const steady = Effect.repeatN(sql`select pg_sleep(0.002)`, 100)
          const givenUp = Effect.repeatN(Effect.timeoutOption(sql`select pg_sleep(0.004)`, "3 millis"), 60)
          // The steady ones fail when a query of theirs is cancelled in another's place.
          yield* Effect.all([steady, steady, givenUp, givenUp], { concurrency: "unbounded" })
        }).pipe(Effect.provide(sqlPostgres({ url, connections: 4, application: "interrupted many times" })))
      })
    )

    it.scoped("replaces a connection that the server ended while it was idle, or in use", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        yield* Effect.gen(function* () {
          yield* one
          const killed = Effect.flatMap(
            SqlClient.SqlClient,
            (sql) =>
              sql<{
                n: number
              }>`select count(pg_terminate_backend(pid))::int as n from pg_stat_activity where application_name = 'ended'`
          )
          assert.deepStrictEqual(
            yield* Effect.provide(killed, sqlPostgres({ url, connections: 1, application: "ender" })),
            [{ n: 1 }]
          )
          // Whether the pool has heard of it yet or not: at most one query fails.
          assert.deepStrictEqual(yield* Effect.retry(one, { times: 1 }), [{ one: 1 }])
          const inUse = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`select pg_terminate_backend(pg_backend_pid())`)
          assert.strictEqual((yield* Effect.flip(inUse))._tag, "SqlError")
          assert.deepStrictEqual(yield* one, [{ one: 1 }])
        }).pipe(Effect.provide(sqlPostgres({ url, connections: 1, application: "ended" })))
      })
    )

    it.scoped(
      "keeps no connection to a server that takes no writes: neither one that it meets, nor one that becomes so",
      () =>
        Effect.gen(function* () {
          const { url } = yield* LiveDatabase
          const name = new URL(Redacted.value(url)).pathname.slice(1)
          const ask = (statement: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement))
          const write = ask("create temporary table if not exists written (n int)")
          const refused = Effect.map(Effect.flip(write), (error) =>
            error._tag === "SqlError" ? sqlState(error) : error
          )
          const setter = yield* Layer.build(sqlPostgres({ url, connections: 1, application: "setter" }))
          const set = (statement: string) => Effect.provide(ask(`alter database ${name} ${statement}`), setter)
          // As a primary that came back as a standby is to whoever finds it at its old address, until another one is
          // found there.
          yield* set("set default_transaction_read_only = on")
          yield* Effect.gen(function* () {
            assert.strictEqual((yield* Effect.flip(checkPostgres(url))).reason, "readOnly")
            assert.strictEqual(yield* refused, "25006")
            // What it knows may be old.
            assert.strictEqual((yield* Effect.flip(one))._tag, "SqlError")
            yield* set("reset default_transaction_read_only")
            yield* write
            const { epoch, readEpoch } = yield* Effect.provide(EventStore, EventStoreSql)
            yield* ask("set session characteristics as transaction read only")
            assert.strictEqual((yield* Effect.flip(readEpoch))._tag, "StoreUnavailable")
            assert.strictEqual(yield* refused, "25006")
            yield* write
            assert.strictEqual(yield* readEpoch, epoch)
          }).pipe(Effect.provide(sqlPostgres({ url, connections: 1, application: "demoted" })))
        })
    )

    it.scoped("opens a connection anew after its time, so that the name in its address is asked for again", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        const backend = Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql<{ pid: number }>`select pg_backend_pid() as pid`
        )
        yield* Effect.gen(function* () {
          const [first] = yield* backend
          yield* Effect.retry(
            Effect.filterOrFail(backend, ([now]) => now?.pid !== first?.pid),
            Schedule.upTo(Schedule.spaced("20 millis"), "5 seconds")
          )
        }).pipe(Effect.provide(sqlPostgres({ url, connections: 1, application: "old", lifetimeMs: 100 })))
      })
    )

    it.scoped("commits to disk and waits within bounds, whatever the database's defaults are", () =>
      Effect.gen(function* () {
        const { url } = yield* LiveDatabase
        const name = new URL(Redacted.value(url)).pathname.slice(1)
        const asked = Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          yield* sql.unsafe(`alter database ${name} set synchronous_commit = off`)
          return yield* Effect.provide(
            Effect.flatMap(
              SqlClient.SqlClient,
              (
                fresh
              ) => fresh`select current_setting('synchronous_commit') as sync, current_setting('default_transaction_isolation') as isolation,
                current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
                current_setting('idle_in_transaction_session_timeout') as idle`
            ),
            sqlPostgres({ url, connections: 1, application: "fresh" })
          )
        })
        assert.deepStrictEqual(
          yield* Effect.provide(asked, sqlPostgres({ url, connections: 1, application: "setter" })),
          [{ sync: "on", isolation: "read committed", statement: "5s", lock: "2s", idle: "10s" }]
        )
      })
    )
  })
})
