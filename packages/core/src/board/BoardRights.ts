/**
 * Computes the people that a viewer may see on a board. It checks at least once in a minute, and soon after memberships
 * changed.
 */
import { Effect } from "effect"
import { makeStoreTime } from "../accounts/makeSpend.ts"
import type { LogEvent } from "../domain/Event.ts"
import { type ConversationId, personalLog, type UserId } from "../domain/Ids.ts"
import { Limits, presenceLimits } from "../domain/Limits.ts"
import type { Person } from "../domain/Person.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { KeyedTurns } from "../fibers/Turns.ts"
import { Conversations, type ShowsPresence } from "../ports/Conversations.ts"
import { EventStore, type StoreUnavailable } from "../ports/EventStore.ts"
import { Users } from "../ports/Users.ts"
import { NotFound } from "../protocol/rpc/RpcErrors.ts"

/** Interval of the check for changed memberships (ms). A check reads one row, and the events since. */
const membershipEveryMs = 5_000

/** A person on a board. If they do not show their presence to the viewer, the board lists them as offline. */
export type BoardPerson = Person & ShowsPresence

/**
 * The people of a board: the members of a conversation, or those of these users who share a conversation with the
 * viewer.
 */
export type BoardSubject = { readonly conversationId: ConversationId } | { readonly userIds: ReadonlyArray<UserId> }

export const makeBoardRights = Effect.gen(function* () {
  const conversations = yield* Conversations
  const users = yield* Users
  const events = yield* EventStore
  const inTurn = yield* makeTurns

  /** Undefined: the conversation is absent or forbidden. */
  const peopleOf = (
    viewer: UserId,
    subject: BoardSubject
  ): Effect.Effect<ReadonlyArray<BoardPerson> | undefined, StoreUnavailable> =>
    "conversationId" in subject
      ? conversations.everyMember(viewer, subject.conversationId)
      : Effect.flatMap(conversations.shared(viewer, subject.userIds), (those) => {
          const showing = new Set(those.flatMap(({ showsPresence, userId }) => (showsPresence ? [userId] : [])))
          return Effect.map(users.byIds(those.map(({ userId }) => userId)), (accounts) =>
            accounts.map(({ displayName, handle, userId }) => ({
              userId,
              handle,
              displayName,
              showsPresence: showing.has(userId)
            }))
          )
        })

  /** Whether the log has events that may change which people the viewer sees. */
  const membersMoved = (log: ConversationId, from: number, to: number): Effect.Effect<boolean, StoreUnavailable> =>
    to - from > Limits.catchUpMax
      ? Effect.succeed(true)
      : Effect.map(events.after(log, from, Limits.catchUpMax), (slice) => slice.events.some(isAboutMembers))

  /** The rights of one open board. */
  return (viewer: UserId, subject: BoardSubject) => {
    /** The log with the relevant membership events: the conversation's own, or the viewer's. */
    const log = "conversationId" in subject ? subject.conversationId : personalLog(viewer)
    let head = 0
    // Monotonic: a viewer who lost the right must not see more just because someone set the wall clock back.
    let lookAt = 0
    let authorizeAt = 0

    // Read the head first: the next check then finds changes between the two reads.
    const readHead = Effect.flatMap(conversations.membersAmong(log, [viewer]), ([own]) =>
      own === undefined ? Effect.fail(new NotFound()) : Effect.succeed(own.head)
    )
    /** Reads the current people. Fails with NotFound if the viewer has no right to see them. */
    const authorize: Effect.Effect<ReadonlyArray<BoardPerson>, NotFound | StoreUnavailable> = Effect.gen(function* () {
      const now = yield* monotonicMs
      head = yield* readHead
      lookAt = now + membershipEveryMs
      authorizeAt = now + presenceLimits.rightsEveryMs
      return (yield* inTurn(viewer, peopleOf(viewer, subject))) ?? (yield* new NotFound())
    })
    /** The same, once the check is due. Returns undefined if nothing suggests a change. */
    const look: Effect.Effect<ReadonlyArray<BoardPerson> | undefined, NotFound | StoreUnavailable> = Effect.gen(
      function* () {
        const now = yield* monotonicMs
        if (now >= authorizeAt) return yield* authorize
        lookAt = now + membershipEveryMs
        const at = yield* readHead
        if (at > head && (yield* membersMoved(log, head, at))) return yield* authorize
        head = at
        return undefined
      }
    )
    return { authorize, look, lookAt: () => lookAt } as const
  }
})

/**
 * Checks one board of a viewer at a time, within one user's share of the store's time. Otherwise many boards of large
 * conversations with frequent membership changes would keep the store busy. A running read is not interrupted: the
 * store would finish it anyway.
 */
const makeTurns = Effect.gen(function* () {
  const time = yield* makeStoreTime
  // At most one waits per open board of the viewer, and the number of boards is bounded.
  const turns = new KeyedTurns({ atOnce: 1, waiting: Number.MAX_SAFE_INTEGER })
  return <A, E>(viewer: UserId, read: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    turns.run(
      viewer,
      Effect.zipRight(time.rest(viewer), Effect.uninterruptible(time.charged(viewer, read))),
      Effect.dieMessage("a board has no turn")
    )
})

const isAboutMembers = ({ kind }: LogEvent): boolean =>
  kind === "joined" || kind === "left" || kind === "added" || kind === "removed"
