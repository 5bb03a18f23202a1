/**
 * Reads a user's memberships such that no later commit is missed. The gateway listens to the personal log before it
 * reads anything; that log announces each conversation to which the user is added in the meantime. Once a reading names
 * conversations that are new to this gateway, it registers interest in them, and then reads their heads. Events between
 * the two readings are a gap, and the gateway reads them like any other gap, including the removals in it.
 */
import { Array as Arr, Context, Effect, Layer } from "effect"
import { type ConversationId, personalLog, type UserId } from "../../domain/Ids.ts"
import { makeBatcher } from "../../fibers/Batcher.ts"
import { Conversations, type Membership } from "../../ports/Conversations.ts"
import { EventStore, type StoreUnavailable } from "../../ports/EventStore.ts"
import { Fanout } from "./Fanout.ts"
import { receiveHeads } from "./HeadComparison.ts"
import { Interest } from "./Interest.ts"

/** Users of one query. */
const usersMax = 500
/** Logs of one query for heads. */
const logsMax = 1_000

export class MembershipReader extends Context.Tag("@hibiki/core/gateway/MembershipReader")<
  MembershipReader,
  {
    /**
     * Reads a user's memberships, with interest in each of their logs: the gateway receives every commit above these
     * heads, or finds a gap. If it fails, nobody was entered.
     */
    readonly read: (userId: UserId) => Effect.Effect<ReadonlyArray<Membership>, StoreUnavailable>
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.suspend(() => makeMembershipReader)
  )
}

const makeMembershipReader = Effect.gen(function* () {
  const interest = yield* Interest
  const fanout = yield* Fanout.Tag
  const conversations = yield* Conversations
  const store = yield* EventStore
  const read = yield* makeBatcher(usersMax, (users: ReadonlyArray<UserId>) =>
    Effect.map(conversations.memberships([...new Set(users)]), (rows) => {
      const byUser = groupByUser(rows)
      return users.map((user) => byUser.get(user) ?? [])
    })
  )
  /** Users who arrive at the same time often share conversations: read each head once. */
  const compareHeads = yield* makeBatcher(usersMax, (asked: ReadonlyArray<ReadonlyArray<ConversationId>>) => {
    const logs = [...new Set(asked.flat())]
    return Effect.as(
      Effect.forEach(
        Arr.chunksOf(logs, logsMax),
        (slice) => Effect.map(store.heads(slice), (heads) => receiveHeads(fanout, slice, heads)),
        { discard: true }
      ),
      asked.map(() => true)
    )
  })
  /**
   * Opens places: from here on the gateway records changes of these logs, and keeps their interest until the user is
   * entered. Returns the logs to register.
   */
  const opened = (logs: ReadonlyArray<ConversationId>): ReadonlyArray<ConversationId> => {
    for (const log of logs) fanout.open(log)
    return logs.filter((log) => !interest.isRegistered(log))
  }
  const memberships = Effect.fnUntraced(function* (userId: UserId) {
    const own = opened([personalLog(userId)])
    if (own.length > 0) yield* interest.register(own)
    const rows = yield* read(userId)
    const unheard = opened(rows.map(({ log }) => log))
    if (unheard.length > 0) yield* Effect.zipRight(interest.register(unheard), compareHeads(unheard))
    return rows
  })
  return { read: memberships }
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
