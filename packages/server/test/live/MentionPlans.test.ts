/**
 * Mentions are counted by reading so many texts with a sign and no more, by their own index, and what is no text leaves
 * that index alone.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { Limits } from "@hibiki/core/domain/Limits"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { anotherStore, command, makeGroup } from "./interleave.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const posts = 60_000

/**
 * What Postgres says that it did so far: entries read of the index, whole readings of the table, and rows changed
 * without any index.
 */
const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select pg_stat_force_next_flush()`
  const [row] = yield* sql<{
    readonly entries: number
    readonly scans: number
    readonly changed: number
    readonly inPlace: number
  }>`
    select i.idx_tup_read::int as entries, t.seq_scan::int as scans, t.n_tup_upd::int as changed, t.n_tup_hot_upd::int as "inPlace"
      from pg_stat_user_indexes i, pg_stat_user_tables t where i.indexrelname = 'events_mentions' and t.relname = 'events'`
  return row ?? { entries: 0, scans: 0, changed: 0, inPlace: 0 }
})

describe("counting mentions", () => {
  layer(ConversationsSql.pipe(Layer.provideMerge(liveClient(1)), Layer.provideMerge(freshDatabase)), {
    excludeTestServices: true
  })((it) => {
    it.scoped(
      "reads the newest texts with a sign, on the connection that planned it on empty tables, and with statistics",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const conversations = yield* Conversations
          yield* sql.unsafe("alter table events set (autovacuum_enabled = off)")
          const { ann, bob, log } = yield* makeGroup
          const [me] = yield* sql<{ readonly handle: string }>`select handle from users where id = ${ann}::uuid`
          const line = conversations.summary(ann, log)
          for (let i = 0; i < 8; i++) assert.strictEqual((yield* line)?.mentions, undefined)
          // Of four texts one holds a sign; a few of the newest of them mention Ann, as does one that is too old to be
          // looked for.
          yield* sql.unsafe(
            `insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
            select $1::uuid, n, gen_random_uuid(), $2::uuid, 1, 'posted', jsonb_build_object('text', case when n % 4 <> 0 then 'x'
              when n > ${posts} - 40 or n = ${posts} - 4 * ${Limits.mentionsWithin} then '@' || $3::text else '＠somebody' end), n
            from generate_series(100, ${posts}) n`,
            [log, bob, me?.handle]
          )
          yield* sql`update conversations set last_seq = ${posts} where id = ${log}::uuid`
          const asked = Effect.gen(function* () {
            const before = yield* readings
            assert.strictEqual((yield* line)?.mentions, 10)
            const after = yield* readings
            assert.strictEqual(after.scans, before.scans)
            assert.strictEqual(after.entries - before.entries, Limits.mentionsWithin)
          })
          for (let i = 0; i < 8; i++) yield* asked
          // With statistics, which say that Bob wrote nearly all, planned anew.
          yield* sql.unsafe("vacuum analyze events")
          yield* sql.unsafe("discard plans")
          for (let i = 0; i < 8; i++) yield* asked
        })
    )

    it.scoped("a reaction changes a message that mentions somebody on its page, and no index", () =>
      Effect.gen(function* () {
        const { ann, bob, log } = yield* makeGroup
        const { sql, store } = yield* anotherStore
        const now = Effect.provideService(readings, SqlClient.SqlClient, sql)
        yield* store.append([yield* command(store, ann, log, { kind: "post", text: "hello @somebody" })])
        const { head } = yield* store.after(log, 0, 1)
        const before = yield* now
        yield* store.append([yield* command(store, bob, log, { kind: "react", target: head, emoji: "👍" })])
        const after = yield* now
        assert.deepStrictEqual([after.changed - before.changed, after.inPlace - before.inPlace], [1, 1])
      })
    )
  })
})
