/** What is owed to whom keeps its contract on PGlite. */
import { assert, describe, layer } from "@effect/vitest"
import { pushStoreContract } from "@hibiki/core/testing/contracts/PushStoreContract"
import { Layer } from "effect"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { PushStoreSql } from "../../src/push/PushStoreSql.ts"
import { freshPglite } from "../backends/pgliteKit.ts"
import { addSqlUser } from "../messages/sqlUsers.ts"
import { makeDevice, revokeDevice } from "./pushUnderTest.ts"

describe("what is owed to whom, on PGlite", () => {
  layer(Layer.provideMerge(Layer.merge(PushStoreSql, EventStoreSql), freshPglite), { timeout: 60_000 })((it) => {
    pushStoreContract({ it, assert, makeUser: addSqlUser, makeDevice, revokeDevice })
  })
})
