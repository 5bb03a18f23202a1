/** The append's plans, made while the tables are nearly empty, are still the right ones when they are large. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { gist } from "@hibiki/testing/contracts/log/LogScene"
import { Effect, Layer } from "effect"
import { anotherStore, command, makeGroup, newUser } from "./interleave.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const tables = ["conversations", "decisions", "events", "memberships", "reactions", "read_cursors"]

/** Rows that the tables gave to queries so far: read in sequence, and by index. */
const readings = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ table: string; scans: number; read: number }>`
    select relname as table, seq_scan::int as scans, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read
    from pg_stat_user_tables where relname = any(${tables})`
  return new Map(rows.map(({ read, scans, table }) => [table, { read, scans }]))
})

describe("the append's plans", () => {
  layer(liveClient().pipe(Layer.provideMerge(freshDatabase)), { excludeTestServices: true })((it) => {
    it.scoped(
      "read a few rows a command, never a whole table, on the connection that planned them on nearly empty tables",
      () =>
        Effect.gen(function* () {
          const { ann, bob, log } = yield* makeGroup
          const { sql, store } = yield* anotherStore
          const [former, stranger] = [yield* newUser, yield* newUser]
          yield* store.append([yield* command(store, ann, log, { kind: "post", text: "the target" })])
          for (const [by, body] of [
            [ann, { kind: "add", userIds: [former] }],
            [former, { kind: "leave" }]
          ] as const) {
            yield* store.append([yield* command(store, by, log, body)])
          }
          // Now the planner knows that a table is one page, of which a sequence is the quickest way.
          yield* store.append([yield* command(store, ann, log, { kind: "post", text: "a" })])
          for (const table of tables) yield* sql.unsafe(`vacuum analyze ${table}`)
          const kinds = (target: number) =>
            Effect.all([
              command(store, ann, log, { kind: "post", text: "a" }),
              command(store, bob, log, { kind: "post", text: "b", replyTo: target }),
              command(store, ann, log, { kind: "edit", target, text: `edit ${target}` }),
              command(store, ann, log, { kind: "react", target, emoji: "👍" }),
              command(store, ann, bob === ann ? log : (ann as unknown as typeof log), {
                kind: "read",
                conversationId: log,
                upTo: target + 1
              }),
              command(store, former, log, { kind: "withdraw" }),
              command(store, stranger, log, { kind: "withdraw" })
            ])
          const plain = (target: number) =>
            Effect.all([
              command(store, ann, log, { kind: "post", text: "a" }),
              command(store, bob, log, { kind: "post", text: "b", replyTo: target })
            ])
          // Planned here: a first run with custom plans, then the generic ones.
          for (let i = 0; i < 8; i++) yield* store.append(yield* plain(2))
          yield* store.append(yield* kinds(2))
          // One log grows by 20,000 posts and 5,000 who left, and one conversation by 5,000 members; nobody analyses
          // the tables.
          yield* sql.unsafe(`insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
          select '${log}', 1000 + n, gen_random_uuid(), '${ann}', 1, 'posted', '{"text": "x"}', 1000 + n from generate_series(1, 20000) n`)
          yield* sql.unsafe(`insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
          select '${log}', 21000 + u.n, gen_random_uuid(), u.id, 1, 'left', jsonb_build_object('userId', u.id), 21000 + u.n
            from (select n, gen_random_uuid() as id from generate_series(1, 5000) n) u`)
          yield* sql.unsafe(`update conversations set last_seq = 26000 where id = '${log}'`)
          yield* sql.unsafe(
            `insert into memberships (conversation_id, user_id, role, joined_seq) select '${log}', gen_random_uuid(), 'member', 1 from generate_series(1, 5000)`
          )
          yield* sql.unsafe(
            `insert into conversations (id, kind) select gen_random_uuid(), 'group' from generate_series(1, 5000)`
          )
          const flush = sql.unsafe("select pg_stat_force_next_flush()")
          yield* flush
          const before = yield* readings
          const times = 10
          for (let i = 0; i < times; i++) {
            const first = yield* store.append(yield* plain(1_500 + i))
            assert.deepStrictEqual(
              first.decisions.map(({ _tag }) => _tag),
              ["Appended", "Appended"]
            )
            const second = yield* store.append(yield* kinds(1_500 + i))
            assert.deepStrictEqual(
              second.decisions.map(gist).map((text) => text.split(" ")[0]),
              ["Appended", "Appended", "Appended", "Appended", "Appended", "withdrawn", "not_found"]
            )
          }
          yield* flush
          const after = yield* readings
          for (const table of tables) {
            const [was, is] = [before.get(table), after.get(table)]
            assert.strictEqual((is?.scans ?? 0) - (was?.scans ?? 0), 0, `${table} was read in sequence`)
            assert.isBelow(
              ((is?.read ?? 0) - (was?.read ?? 0)) / times,
              120,
              `${table}: rows read for two batches of 2 and 7 commands`
            )
          }
          assert.isAbove(after.get("events")?.read ?? 0, before.get("events")?.read ?? 0)
        })
    )
  })
})
