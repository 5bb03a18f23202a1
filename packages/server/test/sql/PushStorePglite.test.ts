/** What is owed to whom keeps its contract on PGlite, and is forgotten in slices. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { pushStoreContract } from "@hibiki/testing/contracts/PushStoreContract"
import { Effect, Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { PushStoreSql } from "../../src/sql/PushStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { takenByTwo } from "./ownClock.ts"
import { makeDevice, membersReadByPage, revokeDevice } from "./pushUnderTest.ts"
import { addSqlUser, blockSqlUser, setSqlClock } from "./sqlUsers.ts"

/** Rows that each statement deleted of the two tables that grow, as the database saw it. */
const watchDeletes = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.forEach(
    [
      "create table deleted (of text, rows int)",
      `create function note_deleted() returns trigger language plpgsql as
        $$ begin insert into deleted select tg_table_name, count(*) from gone; return null; end $$`,
      ...["push_due", "push_records"].map(
        (table) =>
          `create trigger noted after delete on ${table} referencing old table as gone for each statement execute function note_deleted()`
      )
    ],
    (statement) => sql.unsafe(statement),
    { discard: true }
  )
)

describe("what is owed to whom, on PGlite", () => {
  layer(Layer.provideMerge(Layer.merge(PushStoreSql, EventStoreSql), freshPglite))((it) => {
    pushStoreContract({
      it,
      assert,
      makeUser: addSqlUser,
      block: blockSqlUser,
      makeDevice,
      revokeDevice,
      setClock: setSqlClock
    })
  })

  layer(Layer.provideMerge(PushStoreSql, freshPglite))((it) => {
    it.effect("is in hand of one at a time by PGlite's clock, whatever the clocks of those who push say", () =>
      Effect.map(takenByTwo, (taken) =>
        assert.deepStrictEqual(taken, [
          [1, 1],
          [0, 0]
        ])
      )
    )
  })

  layer(Layer.provideMerge(PushStoreSql, freshPglite))((it) => {
    it.effect("is looked for page by page, each of which reads its own members alone, on PGlite", () =>
      Effect.map(membersReadByPage, (read) => {
        assert.deepStrictEqual(read.found, [50, 50, 50])
        for (const members of read.members) assert.isBelow(members, 200)
      })
    )
  })

  layer(Layer.provideMerge(PushStoreSql, freshPglite))((it) => {
    it.effect("is forgotten by statements of 500 rows at most, all of it that is old", () =>
      Effect.gen(function* () {
        const [sql, store] = [yield* SqlClient.SqlClient, yield* PushStore]
        yield* sql`insert into push_records (user_id, conversation_id, device_id, at, seq, what)
          select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), g, 1, 'sent' from generate_series(1, 1203) g`
        yield* sql`insert into push_due (device_id, conversation_id, user_id, seq, reason, state, due_at, owed_at)
          select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'x', case when g % 2 = 0 then 'sent' else 'due' end, case when g % 2 = 1 then g end, g
            from generate_series(1, 2406) g`
        yield* watchDeletes
        yield* store.forget(1_201)
        const deleted = yield* sql<{ of: string; rows: number }>`select of, rows from deleted`
        const rowsOf = (table: string) => deleted.flatMap(({ of, rows }) => (of === table ? [rows] : []))
        assert.deepStrictEqual(
          [rowsOf("push_records"), rowsOf("push_due")],
          [
            [500, 500, 200],
            [500, 100]
          ]
        )
        const [left] =
          yield* sql`select (select count(*)::int from push_records) as records, (select count(*)::int from push_due) as due`
        assert.deepStrictEqual(left, { records: 3, due: 1_806 })
      })
    )
  })
})
