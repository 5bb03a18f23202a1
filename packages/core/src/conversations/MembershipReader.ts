/** Where a user belongs, read so that nothing committed later goes unheard: interest first, then memberships with their heads. */
import { Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { makeBatcher } from "../messages/Batcher.ts"
import type { Fanout } from "../messages/Fanout.ts"
import { Conversations, type Membership } from "./Conversations.ts"
import type { Interest } from "./Interest.ts"

/** Users of one query. */
const usersMax = 500

/** Gives a function from a user to its memberships; what is new in the second reading is registered and read again. */
export const makeMembershipReader = (interest: Interest, fanout: Fanout, now: () => number) =>
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const read = yield* makeBatcher(usersMax, (users: ReadonlyArray<UserId>) =>
      Effect.map(conversations.memberships([...new Set(users)]), (rows) => {
        const byUser = groupByUser(rows)
        return users.map((user) => byUser.get(user) ?? [])
      })
    )
    return Effect.fnUntraced(function* (userId: UserId) {
      for (;;) {
        const rows = yield* read(userId)
        // From here on what is heard of these logs is noted, and their interest is not withdrawn before the user is entered.
        for (const { log } of rows) fanout.open(log, now())
        const missing = rows.map((row) => row.log).filter((log) => !interest.isWanted(log))
        if (missing.length === 0) return rows
        yield* interest.register(missing)
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
