/** What is owed to whom keeps its contract on Postgres. */
import { assert, describe, layer } from "@effect/vitest"
import { pushStoreContract } from "@hibiki/core/testing/contracts/PushStoreContract"
import { Layer } from "effect"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { PushStoreSql } from "../../src/push/PushStoreSql.ts"
import { addSqlUser } from "../messages/sqlUsers.ts"
import { makeDevice, revokeDevice } from "../push/pushUnderTest.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

describe("what is owed to whom, on Postgres", () => {
  layer(Layer.merge(PushStoreSql, EventStoreSql).pipe(Layer.provideMerge(liveClient()), Layer.provideMerge(freshDatabase)), {
    timeout: 60_000
  })((it) => {
    pushStoreContract({ it, assert, makeUser: addSqlUser, makeDevice, revokeDevice })
  })
})
