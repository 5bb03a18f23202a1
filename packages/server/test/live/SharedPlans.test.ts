/**
 * What boards and watchers ask of large tables that nobody has analysed: answered by look-ups, never by joining all
 * with all.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
/** The same in SQL. */
const id = (n: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
const viewer = UserId.make(uuid(1))
const large = ConversationId.make(uuid(1_000_001))
const users = (from: number) => Array.from({ length: 200 }, (_, n) => UserId.make(uuid(from + n)))

// The viewer is in 2,000 conversations, of which the first has 3,000 members; 4,000 others are in 20 each where the
// viewer is not.
const fill = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe("alter table users set (autovacuum_enabled = off)")
  yield* sql.unsafe("alter table memberships set (autovacuum_enabled = off)")
  yield* sql.unsafe(
    `insert into users (id, handle, display_name) select ${id("n")}, 'u' || n, 'u' || n from generate_series(1, 7001) n`
  )
  const member = (log: string, user: string, rows: string) =>
    sql.unsafe(
      `insert into memberships (conversation_id, user_id, role, joined_seq) select ${log}, ${user}, 'member', 1 from ${rows}`
    )
  yield* member(id("1000000 + n"), id("1"), "generate_series(1, 2000) n")
  yield* member(id("1000001"), id("n"), "generate_series(2, 3000) n")
  for (let k = 0; k < 20; k++)
    yield* member(id(`1010000 + (n * 31 + ${k}) % 9973`), id("n"), "generate_series(3001, 7000) n")
  yield* sql.unsafe(`insert into conversations (id, kind, members) values ('${large}', 'group', 3000)`)
  yield* sql.unsafe(
    `insert into read_cursors (user_id, conversation_id, read_up_to) select user_id, conversation_id, 0 from memberships where conversation_id = '${large}'`
  )
})

/** Entries of the memberships' indexes that were read so far, and whole readings of the table. */
const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe("select pg_stat_force_next_flush()")
  const [row] = yield* sql<{ readonly entries: number; readonly scans: number }>`
    select (select sum(idx_tup_read)::int from pg_stat_user_indexes where relname = 'memberships') as entries,
      (select seq_scan::int from pg_stat_user_tables where relname = 'memberships') as scans`
  return row ?? { entries: 0, scans: 0 }
})

describe("questions about others on tables without statistics", () => {
  layer(ConversationsSql.pipe(Layer.provideMerge(liveClient(1)), Layer.provideMerge(freshDatabase)), {
    excludeTestServices: true
  })((it) => {
    it.effect("are answered by reading the memberships of those who were asked about, and no more", () =>
      Effect.gen(function* () {
        yield* fill
        const conversations = yield* Conversations
        const before = yield* readings
        assert.deepStrictEqual(yield* conversations.shared(viewer, users(4_000)), [])
        const after = yield* readings
        assert.strictEqual(after.scans - before.scans, 0)
        // 200 people in 20 conversations each, and a look-up for every one of these.
        assert.isBelow(after.entries - before.entries, 10_000)
        assert.isAbove(after.entries - before.entries, 0)
        assert.strictEqual((yield* conversations.shared(viewer, users(2_000))).length, 200)
        assert.strictEqual((yield* conversations.everyMember(viewer, large))?.length, 3_000)
        assert.strictEqual((yield* conversations.readCursors(viewer, large))?.length, Limits.pageMax)
      })
    )
  })
})
