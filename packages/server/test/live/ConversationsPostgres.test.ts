/** The conversations keep their contract on Postgres. */
import { assert, describe, layer } from "@effect/vitest"
import { conversationsContract } from "@hibiki/testing/contracts/ConversationsContract"
import { Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { mentionsByTheRule } from "../sql/mentionsByTheRule.ts"
import { addSqlUser, blockSqlUser, hideSqlUser, setSqlClock } from "../sql/sqlUsers.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

describe("conversations on Postgres", () => {
  layer(
    Layer.mergeAll(EventStoreSql, ConversationsSql).pipe(
      Layer.provideMerge(liveClient()),
      Layer.provideMerge(freshDatabase)
    )
  )((it) => {
    conversationsContract({
      it,
      assert,
      makeUser: addSqlUser,
      hide: hideSqlUser,
      block: blockSqlUser,
      setClock: setSqlClock
    })

    it.effect(
      "whom a text mentions Postgres tells as the rule in core does, of every character and among odd ones",
      () => mentionsByTheRule((different) => assert.deepStrictEqual(different, []))
    )
  })
})
