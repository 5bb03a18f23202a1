import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Clock, Effect, Layer, Logger, Metric } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { HousekeepingSql, housekeep, housekeepingFailed, personalLogKeeps } from "../../src/sql/HousekeepingSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"

const dayMs = 86_400_000

/** A user whose personal log holds `count` events, the n-th of them `ageDays(n)` old. */
const userWith = (count: number, ageDays: (n: number) => number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const userId = UserId.make(yield* makeUuidV7)
    const now = yield* Clock.currentTimeMillis
    yield* sql`insert into conversations (id, kind, members) values (${userId}::uuid, 'personal', 1)`
    yield* sql`insert into events (conversation_id, seq, id, by_user, at, kind, body)
      select ${userId}::uuid, o.n, gen_random_uuid(), ${userId}::uuid, o.at, 'profileChanged', '{"displayName": "x"}'
        from jsonb_to_recordset(${JSON.stringify(Array.from({ length: count }, (_, i) => ({ n: i + 1, at: now - ageDays(i + 1) * dayMs })))}::jsonb) as o(n bigint, at bigint)`
    yield* sql`update conversations set last_seq = ${count} where id = ${userId}::uuid`
    return userId
  })
/** Users whose personal logs hold `each` events, all old. */
const oldLogs = (count: number, each: number) =>
  Effect.all(Array.from({ length: count }, () => userWith(each, () => 40)))
/** From here on `deletes` has a row for every statement that deletes events. */
const countingDeletes = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql.unsafe(`create table deletes (n int);
    create function count_deletes() returns trigger language plpgsql as $$ begin insert into deletes select count(*) from gone; return null; end $$;
    create trigger counting after delete on events referencing old table as gone for each statement execute function count_deletes();`)
)
const kept = (userId: UserId) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const [slice] = yield* store.slices([{ log: userId as never, userId, after: 0, limit: 20_000 }])
    return { first: slice?.first, head: slice?.head, seqs: slice?.events.map((event) => event.seq) ?? [] }
  })

layer(EventStoreSql.pipe(Layer.provideMerge(freshPglite)), { excludeTestServices: true, timeout: "60 seconds" })(
  "housekeeping",
  (it) => {
    it.effect("cuts a personal log below its last 30 days, and leaves its numbers", () =>
      Effect.gen(function* () {
        const userId = yield* userWith(10, (n) => (n <= 4 ? 31 : 1))
        const other = yield* userWith(3, () => 2)
        yield* housekeep
        assert.deepStrictEqual(yield* kept(userId), { first: 5, head: 10, seqs: [5, 6, 7, 8, 9, 10] })
        assert.deepStrictEqual((yield* kept(other)).first, 1)
      })
    )

    it.effect("cuts a personal log that is wholly old to nothing, and one that is long to its bound", () =>
      Effect.gen(function* () {
        const old = yield* userWith(3, () => 40)
        const long = yield* userWith(personalLogKeeps.events + 5, () => 1)
        yield* housekeep
        assert.deepStrictEqual(yield* kept(old), { first: 4, head: 3, seqs: [] })
        assert.strictEqual((yield* kept(long)).first, 6)
      })
    )

    it.effect("deletes by so many that no statement takes long, however much is old", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const all = yield* oldLogs(60, 170)
        const withNew = yield* userWith(2_500, (n) => (n <= 2_400 ? 31 : 1))
        yield* countingDeletes
        yield* housekeep
        const [deletes] = yield* sql<{ readonly sum: number; readonly largest: number }>`
        select sum(n)::int as sum, max(n)::int as largest from deletes`
        assert.strictEqual(deletes?.sum, 60 * 170 + 2_400)
        assert.isAtMost(deletes?.largest ?? 0, 1_000)
        for (const userId of all) assert.deepStrictEqual(yield* kept(userId), { first: 171, head: 170, seqs: [] })
        assert.deepStrictEqual(
          yield* kept(withNew).pipe(Effect.map(({ first, head }) => [first, head])),
          [2_401, 2_500]
        )
      })
    )

    it.effect("passes by what can't be cut, tells and counts it, and goes on with all others", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const failed = Effect.map(Metric.value(housekeepingFailed), ({ count }) => count)
        const [stuck = UserId.make(""), ...others] = yield* oldLogs(60, 3)
        yield* sql.unsafe(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$;
        create trigger refusing before delete on events for each row when (old.conversation_id = '${stuck}') execute function refuse();`)
        const before = yield* failed
        yield* housekeep
        assert.strictEqual(yield* failed, before + 1)
        assert.strictEqual((yield* kept(stuck)).first, 1)
        const left = yield* Effect.filter(others, (userId) => Effect.map(kept(userId), ({ first }) => first === 1))
        assert.isBelow(left.length, others.length / 2)
        yield* sql.unsafe("drop trigger refusing on events")
        yield* housekeep
        for (const userId of [stuck, ...others]) assert.strictEqual((yield* kept(userId)).first, 4)
        assert.strictEqual(yield* failed, before + 1)
      })
    )

    it.scoped("cuts personal logs also where decided ids can't be forgotten", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const userId = yield* userWith(3, () => 40)
        yield* Effect.acquireRelease(sql`alter table decisions rename to decisions_elsewhere`, () =>
          Effect.orDie(sql`alter table decisions_elsewhere rename to decisions`)
        )
        yield* Effect.ignore(housekeep)
        assert.strictEqual((yield* kept(userId)).first, 4)
      })
    )

    it.effect("forgets decided ids after 30 days", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const now = yield* Clock.currentTimeMillis
        const log = yield* makeUuidV7
        yield* sql`insert into conversations (id, kind) values (${log}::uuid, 'group')`
        yield* sql`insert into decisions (conversation_id, id, by_user, code, at)
        select ${log}::uuid, gen_random_uuid(), ${log}::uuid, 'no_change', ${now - 31 * dayMs}::bigint + g * ${dayMs * 2}::bigint from generate_series(0, 3) g`
        yield* housekeep
        const rows = yield* sql`select 1 from decisions where conversation_id = ${log}::uuid`
        assert.strictEqual(rows.length, 3)
      })
    )

    it.effect("forgets what happened to accounts after 90 days, however much that is", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [now, userId] = [yield* Clock.currentTimeMillis, yield* makeUuidV7]
        yield* sql`insert into users (id, handle, display_name) values (${userId}::uuid, 'watched', 'watched')`
        yield* sql`insert into account_activities (user_id, at, kind)
        select ${userId}::uuid, ${now}::bigint - (case when g <= 1200 then 91 else 89 end) * ${dayMs}::bigint, 'signedIn' from generate_series(1, 1203) g`
        yield* housekeep
        assert.strictEqual((yield* sql`select 1 from account_activities where user_id = ${userId}::uuid`).length, 3)
      })
    )

    it.effect("deletes counts of presence after 13 months, however many there are", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const now = yield* Clock.currentTimeMillis
        const [old, recent] = [now - 397 * dayMs, now - 395 * dayMs]
        yield* sql`insert into presence_buckets (at, online, active, is_complete)
          values (${old}::bigint, 1, 1, true), (${recent}::bigint, 2, 2, true)`
        yield* sql`insert into presence_counts (conversation_id, at, online, active)
          select gen_random_uuid(), o.at, 1, 1 from generate_series(1, 700), (values (${old}::bigint), (${recent}::bigint)) as o(at)`
        yield* housekeep
        const [left] = yield* sql<{ readonly buckets: number; readonly counts: number; readonly at: string | number }>`
          select (select count(*)::int from presence_buckets) as buckets, count(*)::int as counts, min(at) as at from presence_counts`
        assert.deepStrictEqual([left?.buckets, left?.counts, Number(left?.at)], [1, 700, recent])
      })
    )

    it.effect("writes the head of the audit log to the server's log", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`insert into audit_entries (seq, at, actor, act, targets, outcome, origin, mac)
          values (1, 1, 'system', 'store.seed', '{}', 'done', '', 'the mac')`
        const lines: Array<string> = []
        const logger = Logger.map(Logger.logfmtLogger, (line) => void lines.push(line))
        yield* Effect.provide(housekeep, Logger.replace(Logger.defaultLogger, logger))
        assert.strictEqual(lines.filter((line) => line.includes('head="1:the mac"')).length, 1)
      })
    )

    it.scoped("counts a round that fails", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const failed = Effect.map(Metric.value(housekeepingFailed), ({ count }) => count)
        const before = yield* failed
        yield* Effect.acquireRelease(sql`alter table decisions rename to decisions_elsewhere`, () =>
          Effect.orDie(sql`alter table decisions_elsewhere rename to decisions`)
        )
        yield* Layer.build(HousekeepingSql)
        yield* failed.pipe(Effect.delay("10 millis"), Effect.repeat({ until: (count) => count > before }))
        assert.strictEqual(yield* failed, before + 1)
      })
    )
  }
)
