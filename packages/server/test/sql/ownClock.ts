/**
 * Two who push, a lease apart by their own clocks, at one moment of the database: not of the contract, as memory has no
 * clock but theirs.
 */
import { ConversationId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { Effect, TestClock } from "effect"
import { makeDevice } from "./pushUnderTest.ts"
import { addSqlUser } from "./sqlUsers.ts"

const leaseMs = 30_000

/** What each of them was given: logs to look at, pushes to send. */
export const takenByTwo = Effect.gen(function* () {
  const store = yield* PushStore
  const log = ConversationId.make(yield* makeUuidV7)
  const userId = yield* addSqlUser(`bob-${log.slice(-12)}`)
  yield* makeDevice(userId)
  yield* store.owe([{ log, userId, seq: 1, reason: "away" }])
  yield* store.note([log], 0, 0)
  const take = Effect.all([store.look(leaseMs, 10), store.claim(leaseMs, 10)])
  const one = yield* take
  yield* TestClock.adjust(leaseMs + 1_000)
  return [one, yield* take].map((taken) => taken.map(({ length }) => length))
})
