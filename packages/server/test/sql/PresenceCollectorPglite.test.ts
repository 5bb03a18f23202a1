/** Counting people online over a database: a direct conversation has no counts, for anybody. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { PresenceHistories } from "@hibiki/core/board/PresenceHistories"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { presenceCountLimits } from "@hibiki/core/domain/PresenceCounts"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import { PresenceMemory } from "@hibiki/testing/PresenceMemory"
import { Effect, Layer, TestClock } from "effect"
import { addUser, identityOf, makeGroup, openDirect } from "../../../core/test/board/boardStage.ts"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { PresenceCountsSql } from "../../src/sql/PresenceCountsSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"
import { comes, countingProcess } from "./countingPresence.ts"

const { bucketMs } = presenceCountLimits

const stage = PresenceHistories.Default.pipe(
  Layer.provideMerge(Layer.mergeAll(AccountsSql, EventStoreSql, ConversationsSql, PresenceCountsSql, PresenceMemory)),
  Layer.provideMerge(freshPglite)
)

layer(stage)((it) =>
  it.effect("the counts of a direct conversation are neither stored nor answered, to whoever asks", () =>
    Effect.gen(function* () {
      const [ada, bob, root] = [yield* addUser("ada"), yield* addUser("bob"), yield* addUser("root")]
      const tea = yield* makeGroup(ada, [bob])
      yield* openDirect(ada, bob)
      yield* openDirect(root, bob)
      for (const userId of [ada, bob, root]) yield* comes(userId)
      const { step } = yield* countingProcess
      yield* step
      yield* TestClock.adjust(bucketMs)
      yield* step

      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql.unsafe<{ id: string; online: number }>(
        "select conversation_id as id, online from presence_counts"
      )
      assert.deepStrictEqual(rows, [{ id: tea, online: 2 }], "the group alone has counts")

      const { history } = yield* PresenceHistories
      const answered = (userId: UserId, admin: boolean, id: ConversationId) =>
        Effect.map(history({ ...identityOf(userId), admin }, id, "1h"), (found) => found?.points.length)
      const [theirs, roots] = [directConversationId(ada, bob), directConversationId(root, bob)]
      assert.strictEqual(yield* answered(ada, false, tea), 1)
      for (const [userId, admin, id] of [
        [ada, false, theirs],
        [bob, false, theirs],
        [root, true, theirs],
        // An administrator learns nothing of the people whom they write to either.
        [root, true, roots]
      ] as const)
        assert.isUndefined(yield* answered(userId, admin, id))
    })
  )
)
