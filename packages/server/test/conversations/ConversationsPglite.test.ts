/** The conversations keep their contract on PGlite. */
import { assert, describe, layer } from "@effect/vitest"
import { conversationsContract } from "@hibiki/core/testing/contracts/ConversationsContract"
import { Layer } from "effect"
import { ConversationsSql } from "../../src/conversations/ConversationsSql.ts"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { freshPglite } from "../backends/pgliteKit.ts"
import { addSqlUser, hideSqlUser } from "../messages/sqlUsers.ts"

describe("conversations on PGlite", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite), { timeout: 60_000 })((it) => {
    conversationsContract({ it, assert, makeUser: addSqlUser, hide: hideSqlUser })
  })
})
