/** What is owed to whom keeps its contract on Postgres. */
import { assert, describe, layer } from "@effect/vitest"
import { pushStoreContract } from "@hibiki/testing/contracts/PushStoreContract"
import { Effect, Layer } from "effect"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { PushStoreSql } from "../../src/sql/PushStoreSql.ts"
import { takenByTwo } from "../sql/ownClock.ts"
import { makeDevice, membersReadByPage, revokeDevice } from "../sql/pushUnderTest.ts"
import { addSqlUser, blockSqlUser, setSqlClock } from "../sql/sqlUsers.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

describe("what is owed to whom, on Postgres", () => {
  layer(
    Layer.merge(PushStoreSql, EventStoreSql).pipe(Layer.provideMerge(liveClient()), Layer.provideMerge(freshDatabase))
  )((it) => {
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

  layer(PushStoreSql.pipe(Layer.provideMerge(liveClient()), Layer.provideMerge(freshDatabase)))((it) => {
    it.effect("is in hand of one at a time by Postgres's clock, whatever the clocks of those who push say", () =>
      Effect.map(takenByTwo, (taken) =>
        assert.deepStrictEqual(taken, [
          [1, 1],
          [0, 0]
        ])
      )
    )
  })

  layer(PushStoreSql.pipe(Layer.provideMerge(liveClient()), Layer.provideMerge(freshDatabase)))((it) => {
    it.effect("is looked for page by page, each of which reads its own members alone, on Postgres", () =>
      Effect.map(membersReadByPage, (read) => {
        assert.deepStrictEqual(read.found, [50, 50, 50])
        for (const members of read.members) assert.isBelow(members, 200)
      })
    )
  })
})
