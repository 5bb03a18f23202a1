/** One step of a search reads so many rows and no more, whatever they are, and its hits are looked up one by one. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const events = 60_000

/** Of a hundred events five are no rows; the older half of the posts is deleted. Nobody analyses the table. */
const fill = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [ann, log] = [UserId.make(yield* makeUuidV7), ConversationId.make(yield* makeUuidV7)]
  yield* sql.unsafe("alter table events set (autovacuum_enabled = off)")
  yield* sql`insert into conversations (id, kind, members, last_seq) values (${log}::uuid, 'channel', 1, ${events})`
  yield* sql`insert into memberships (conversation_id, user_id, role, joined_seq) values (${log}::uuid, ${ann}::uuid, 'member', 0)`
  yield* sql`
    insert into events (conversation_id, seq, id, by_user, at, kind, body, rev, deleted)
      select ${log}::uuid, n, gen_random_uuid(), ${ann}::uuid, 1, case when n % 20 = 0 then 'edited' else 'posted' end, '{"text": "x"}', case when n % 20 <> 0 then n end, n < ${events / 2}
        from generate_series(1, ${events}::int) n`
  return { ann, log }
})

/** Rows of the events and their indexes that were read so far, and whole readings of the table. */
const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select pg_stat_force_next_flush()`
  const [row] = yield* sql<{ readonly entries: number; readonly scans: number }>`
    select (select sum(idx_tup_read)::int from pg_stat_user_indexes where relname = 'events') as entries,
      (select seq_scan::int from pg_stat_user_tables where relname = 'events') as scans`
  return row ?? { entries: 0, scans: 0 }
})

describe("a search", () => {
  layer(ConversationsSql.pipe(Layer.provideMerge(liveClient(1)), Layer.provideMerge(freshDatabase)), {
    excludeTestServices: true
  })((it) => {
    it.effect("reads the rows of its step, and those of its hits, of a large log without statistics", () =>
      Effect.gen(function* () {
        const { ann, log } = yield* fill
        const conversations = yield* Conversations
        const reading = <A, E>(ask: Effect.Effect<A, E>) =>
          Effect.gen(function* () {
            const before = yield* readings
            const found = yield* ask
            const after = yield* readings
            assert.strictEqual(after.scans, before.scans)
            return [found, after.entries - before.entries] as const
          })
        // As often as a plan for all parameters needs to be made and kept.
        for (let times = 0; times < 8; times++) {
          for (const [below, posts] of [
            [Number.MAX_SAFE_INTEGER, Limits.textsMax],
            [events / 3, 0]
          ] as const) {
            const [found, entries] = yield* reading(conversations.texts(ann, log, below, Limits.textsMax))
            assert.deepStrictEqual([found?.looked, found?.texts.length], [Limits.textsMax, posts])
            assert.isAtMost(entries, Limits.textsMax + 10)
            assert.isAtLeast(entries, Limits.textsMax)
          }
          const places = Array.from({ length: 50 }, (_, n) => ({ conversationId: log, seq: 1 + n * 1_000 }))
          const [rows, entries] = yield* reading(conversations.rowsAt(ann, places))
          assert.strictEqual(rows.length, 50)
          assert.isAtMost(entries, 60)
        }
      })
    )
  })
})
