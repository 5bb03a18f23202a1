/**
 * The events could be partitioned by their conversation without any other change: a unique index of theirs holds it,
 * and every statement does what it does on one table.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { conversationsContract } from "@hibiki/testing/contracts/ConversationsContract"
import { eventStoreContract } from "@hibiki/testing/contracts/EventStoreContract"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { makeBaseline } from "../../src/sql/Migration.ts"
import { schemaFiles } from "../../src/sql/ownSchema.ts"
import { addSqlUser, blockSqlUser, hideSqlUser, setSqlClock } from "../sql/sqlUsers.ts"
import { databaseOf, liveClient } from "./liveKit.ts"

const partitions = 4

/** The text of the schema, with the table of events as partitions. */
const partitioned = [...schemaFiles.values()].map((text) =>
  text.replace(
    /(create table events \([\s\S]*?\n\)) with \(fillfactor = 90\);/,
    (_, table: string) =>
      `${table} partition by hash (conversation_id);\n${Array.from(
        { length: partitions },
        (_, n) =>
          `create table events_${n} partition of events for values with (modulus ${partitions}, remainder ${n}) with (fillfactor = 90);`
      ).join("\n")}`
  )
)

describe("events in partitions", () => {
  layer(
    Layer.mergeAll(EventStoreSql, ConversationsSql).pipe(
      Layer.provideMerge(liveClient()),
      Layer.provideMerge(databaseOf({ baseline: makeBaseline(partitioned), migrations: [] }))
    )
  )((it) => {
    eventStoreContract({ it, assert, makeUser: addSqlUser, block: blockSqlUser, setClock: setSqlClock })
    conversationsContract({
      it,
      assert,
      makeUser: addSqlUser,
      hide: hideSqlUser,
      block: blockSqlUser,
      setClock: setSqlClock
    })

    it.effect("lie in all of them", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const found = yield* sql<{
          name: string
        }>`select distinct tableoid::regclass::text as name from events order by 1`
        assert.deepStrictEqual(
          found.map(({ name }) => name),
          Array.from({ length: partitions }, (_, n) => `events_${n}`)
        )
      })
    )
  })
})
