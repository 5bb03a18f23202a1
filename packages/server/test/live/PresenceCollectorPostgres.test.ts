/** Two processes of a cluster, each with connections of its own, and one history of presence. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { type HistoryRange, presenceCountLimits } from "@hibiki/core/domain/PresenceCounts"
import { PresenceCounts } from "@hibiki/core/ports/PresenceCounts"
import { PresenceMemory } from "@hibiki/testing/PresenceMemory"
import { Effect, Layer, TestClock } from "effect"
import { addUser, makeGroup } from "../../../core/test/board/boardStage.ts"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { PresenceCountsSql } from "../../src/sql/PresenceCountsSql.ts"
import { AccountsSql } from "../sql/accountsSql.ts"
import { comes, countingProcess } from "../sql/countingPresence.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const { bucketMs } = presenceCountLimits
const began = 1_764_000_000_000
const range: HistoryRange = { from: began, until: began + 100 * bucketMs, everyMs: bucketMs }

/** One more process on the suite's database. */
const process = Effect.flatMap(
  Layer.build(Layer.fresh(Layer.merge(ConversationsSql, PresenceCountsSql).pipe(Layer.provide(liveClient(2))))),
  (own) => Effect.provide(countingProcess, own)
)

const stage = Layer.mergeAll(AccountsSql, EventStoreSql, PresenceCountsSql, PresenceMemory).pipe(
  Layer.provideMerge(liveClient()),
  Layer.provideMerge(freshDatabase)
)

layer(stage)((it) => {
  it.scoped("two processes count nobody twice, also when one takes over from the other within a bucket", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(began)
      const [ada, bob, cat] = [yield* addUser("ada"), yield* addUser("bob"), yield* addUser("cat")]
      const tea = yield* makeGroup(ada, [bob])
      const [one, two] = [yield* process, yield* process]
      /** Everybody is seen again, as by their heartbeats; then both sample at the same moment. */
      const bothStep = Effect.gen(function* () {
        for (const userId of [ada, bob, cat]) yield* comes(userId)
        yield* Effect.all([one.step, two.step], { concurrency: "unbounded" })
      })
      for (let bucket = 0; bucket < 10; bucket++) {
        yield* bothStep
        yield* TestClock.adjust(bucketMs)
      }
      yield* bothStep
      const [leading, other] = one.held() === undefined ? [two, one] : [one, two]
      assert.isUndefined(other.held(), "only one has ids in memory")
      assert.deepStrictEqual([leading.stored.length, other.stored.length], [10, 0])

      // The right of the first one expires, as if it had hung.
      const sql = yield* SqlClient.SqlClient
      yield* sql.unsafe("update presence_collector set until = 0")
      yield* other.step
      assert.isDefined(other.held())
      yield* TestClock.adjust(bucketMs)
      yield* bothStep
      assert.isUndefined(leading.held())
      assert.deepStrictEqual([leading.stored.length, other.stored], [10, [began + 10 * bucketMs]])

      const counts = yield* PresenceCounts
      for (const [conversationId, online] of [
        [undefined, 3],
        [tea, 2]
      ] as const)
        assert.deepStrictEqual(
          (yield* counts.points(conversationId, range)).map((point) => point.online),
          Array.from({ length: 11 }, () => online)
        )
    })
  )
})
