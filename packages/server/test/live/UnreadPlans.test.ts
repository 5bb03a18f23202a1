/** What is unread is counted by reading so much and no more, also of somebody who posts and never reads. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const posts = 60_000

/** Ann posts and never reads. Of Bob's two messages one stands before hers, and one behind. */
const fill = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [ann, bob, log] = [
    UserId.make(yield* makeUuidV7),
    UserId.make(yield* makeUuidV7),
    ConversationId.make(yield* makeUuidV7)
  ]
  yield* sql`insert into users (id, handle, display_name) values (${ann}::uuid, 'ann', 'Ann'), (${bob}::uuid, 'bob', 'Bob')`
  yield* sql`insert into conversations (id, kind, members, last_at) select u.id, 'personal', 1, 1 from users u`
  yield* sql`insert into conversations (id, kind, members, last_seq) values (${log}::uuid, 'channel', 2, ${posts + 2})`
  yield* sql`insert into memberships (conversation_id, user_id, role, joined_seq) select ${log}::uuid, u.id, 'member', 0 from users u`
  yield* sql`insert into read_cursors (user_id, conversation_id, read_up_to) select u.id, ${log}::uuid, 0 from users u`
  yield* sql`
    insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
      select ${log}::uuid, n, gen_random_uuid(), case when n in (1, ${posts + 2}) then ${bob}::uuid else ${ann}::uuid end, 1, 'posted', '{"text": "x"}', n
        from generate_series(1, ${posts + 2}::int) n`
  yield* sql`vacuum analyze events`
  return { ann, bob, log }
})

/** Entries of the rows' index that were read so far. */
const entries = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`select pg_stat_force_next_flush()`
  const [row] = yield* sql<{ readonly read: number }>`
    select idx_tup_read::int as read from pg_stat_user_indexes where indexrelname = 'events_rows'`
  return row?.read ?? 0
})

describe("counting what is unread", () => {
  layer(ConversationsSql.pipe(Layer.provideMerge(liveClient(1)), Layer.provideMerge(freshDatabase)), {
    excludeTestServices: true
  })((it) => {
    it.effect("looks at the newest events of a log, however many of them are one's own", () =>
      Effect.gen(function* () {
        const { ann, bob, log } = yield* fill
        const conversations = yield* Conversations
        const before = yield* entries
        const line = yield* conversations.summary(ann, log)
        assert.isAtMost((yield* entries) - before, Limits.unreadWithin + 10)
        assert.strictEqual(line?.unread, 1)
        assert.strictEqual((yield* conversations.snapshot(ann))?.conversations[0]?.unread, 1)
        assert.strictEqual((yield* conversations.summary(bob, log))?.unread, Limits.unreadCap)
      })
    )
  })
})
