/** Where a user belongs, read so that nothing committed later goes unheard: interest first, then memberships with their heads. */
import { Effect } from "effect"
import { type ConversationId, personalLog, type UserId } from "../domain/Ids.ts"
import { makeBatcher } from "../fibers/Batcher.ts"
import type { Fanout } from "../messages/Fanout.ts"
import { Conversations, type Membership } from "./Conversations.ts"
import type { Interest } from "./Interest.ts"

/** Users of one query. */
const usersMax = 500

/** Gives a function from a user to its memberships; what is new in the second reading is registered and read again. */
export const makeMembershipReader = (interest: Interest, fanout: Fanout) =>
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const read = yield* makeBatcher(usersMax, (users: ReadonlyArray<UserId>) =>
      Effect.map(conversations.memberships([...new Set(users)]), (rows) => {
        const byUser = groupByUser(rows)
        return users.map((user) => byUser.get(user) ?? [])
      })
    )
    /** From here on what is heard of these logs is noted, and their interest is not withdrawn before the user is entered. */
    const registered = (logs: ReadonlyArray<ConversationId>) => {
      for (const log of logs) fanout.open(log)
      const missing = logs.filter((log) => !interest.isRegistered(log))
      return missing.length === 0 ? undefined : interest.register(missing)
    }
    return Effect.fnUntraced(function* (userId: UserId) {
      // Known before anything is read, and heard by nobody else: where others have heard of the rest, one reading is enough.
      const own = registered([personalLog(userId)])
      if (own !== undefined) yield* own
      for (;;) {
        const rows = yield* read(userId)
        const registering = registered(rows.map(({ log }) => log))
        if (registering === undefined) return rows
        yield* registering
      }
    })
  })

const groupByUser = (rows: ReadonlyArray<Membership>): ReadonlyMap<UserId, ReadonlyArray<Membership>> => {
  const byUser = new Map<UserId, Array<Membership>>()
  for (const row of rows) {
    const known = byUser.get(row.userId)
    if (known === undefined) byUser.set(row.userId, [row])
    else known.push(row)
  }
  return byUser
}
