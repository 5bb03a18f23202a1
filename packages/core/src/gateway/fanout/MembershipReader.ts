/**
 * Where a user belongs, read so that nothing committed later goes unheard. Its own log is heard before anything is
 * read, and tells of each conversation that it comes into meanwhile. Of conversations that nobody here has heard of yet
 * interest is registered once a reading names them, and then their heads are read: what lies between the two readings
 * is a gap, and read as any other is, with the removals in it.
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
     * A user's memberships, with interest in each of their logs: the gateway hears of every commit above these heads,
     * or finds a gap. When it fails, nobody was entered.
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
  /** Many of those who come together are in the same conversations: each head is read once. */
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
   * From here on what is heard of these logs is noted, and their interest is not withdrawn before the user is
   * entered. Gives those to be registered.
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
