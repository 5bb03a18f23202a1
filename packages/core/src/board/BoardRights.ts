/** Whom a viewer may see on a board, checked at least once in a minute, and soon after memberships have changed. */
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

/** How often it is asked whether memberships changed: one row, and the events since. */
const membershipEveryMs = 5_000

/** Somebody on a board. Whoever does not show their presence to the viewer is there as offline. */
export type BoardPerson = Person & ShowsPresence

/** Whom a board is about: the members of a conversation, or those among these users who share one with the viewer. */
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

  /** Whether something happened in the log that may change whom the viewer sees. */
  const membersMoved = (log: ConversationId, from: number, to: number): Effect.Effect<boolean, StoreUnavailable> =>
    to - from > Limits.catchUpMax
      ? Effect.succeed(true)
      : Effect.map(events.after(log, from, Limits.catchUpMax), (slice) => slice.events.some(isAboutMembers))

  /** The rights of one open board. */
  return (viewer: UserId, subject: BoardSubject) => {
    /** The log that tells of its memberships: the conversation's own, or the viewer's. */
    const log = "conversationId" in subject ? subject.conversationId : personalLog(viewer)
    let head = 0
    // Monotonic: who may not look any more must not go on seeing for as long as the wall clock is set back.
    let lookAt = 0
    let authorizeAt = 0

    // The head is read first: what changes between the two reads is found by the next look.
    const readHead = Effect.flatMap(conversations.membersAmong(log, [viewer]), ([own]) =>
      own === undefined ? Effect.fail(new NotFound()) : Effect.succeed(own.head)
    )
    /** The people now. Fails with NotFound when the viewer may not look. */
    const authorize: Effect.Effect<ReadonlyArray<BoardPerson>, NotFound | StoreUnavailable> = Effect.gen(function* () {
      const now = yield* monotonicMs
      head = yield* readHead
      lookAt = now + membershipEveryMs
      authorizeAt = now + presenceLimits.rightsEveryMs
      return (yield* inTurn(viewer, peopleOf(viewer, subject))) ?? (yield* new NotFound())
    })
    /** The same, when it is time; undefined when nothing says that they are others than before. */
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
 * Checks one board of a viewer at a time, within one person's share of the store's time. Otherwise many boards of large
 * conversations, whose members come and go, would keep the store busy. A read that has begun is not interrupted: the
 * store would go on with it anyway.
 */
const makeTurns = Effect.gen(function* () {
  const time = yield* makeStoreTime
  // As many wait as the viewer has boards, which are bounded.
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
