/**
 * The push role: notes the conversations that need a look, looks at them, and sends due pushes. Everything it holds may
 * get lost: the state is in rows, and the claims of an ended process are due again when their lease is over.
 */
import { Cause, Clock, Effect, Layer } from "effect"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import { leaseMs, looksAfterMs, nextLook } from "../domain/PushPolicy.ts"
import { makeOutageLog, type OutageLog } from "../fibers/logging.ts"
import { repeatEvery, retryBackoff, throttle } from "../fibers/repeating.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { Presence } from "../ports/Presence.ts"
import { PushConsumer } from "../ports/PushQueue.ts"
import { type LookDue, type Owed, PushStore, type Unread } from "../ports/PushStore.ts"
import { inactive, pushSending } from "./PushSending.ts"

/** Logs of one look, and members of one page. */
const bounds = { logs: 100, members: 500 } as const
/** Logs whose next look is remembered (monotonic), so that not every message queries the store. */
const knownMax = 100_000
/** A look that is due sooner than this may begin before the message is stored. */
const nearMs = 1_000

/**
 * Notes the offered logs, for as long as its scope lives: each one is noted in the end, however long the store is
 * unreachable.
 */
const taking = (away: OutageLog) =>
  Effect.gen(function* () {
    const store = yield* PushStore
    const intake = yield* (yield* PushConsumer).consume
    const known = new Map<ConversationId, number>()

    const note = (logs: ReadonlyArray<ConversationId>) =>
      Effect.gen(function* () {
        const nowMs = yield* monotonicMs
        const news = logs.filter((log) => (known.get(log) ?? 0) < nowMs + nearMs)
        if (known.size > knownMax) known.clear()
        for (let i = 0; i < news.length; i += bounds.members) {
          const noted = store.note(news.slice(i, i + bounds.members), looksAfterMs[0], looksAfterMs[1])
          const looks = yield* Effect.retry(Effect.tapError(noted, away.met), retryBackoff)
          for (const [log, inMs] of looks) known.set(log, nowMs + inMs)
        }
      })

    return Effect.gen(function* () {
      yield* intake.ready
      const { ack, logs } = intake.take()
      yield* note([...new Set(logs)])
      yield* ack
      // Offers in the meantime go into one query.
      yield* Effect.sleep("250 millis")
    })
  })

/**
 * Thousands of conversations that become busy together are due at one time. Their looks leave the database to the
 * messages, unless they would be late.
 */
const lookPace = { oneIn: 4, lateMs: 5_000 } as const

const looking = Effect.gen(function* () {
  const store = yield* PushStore
  const presence = yield* Presence

  const oweTo = (unread: ReadonlyArray<Unread>) =>
    Effect.gen(function* () {
      const users = [...new Set(unread.map(({ userId }) => userId))]
      const isAway = yield* inactive(presence, users)
      const owed = unread
        .filter(({ userId }) => isAway(userId))
        .map((one): Owed => ({ ...one, reason: "no device in use" }))
      if (owed.length > 0) yield* store.owe(owed)
    })

  /** All members of all logs, page by page: a log continues while its pages are full. */
  const lookAt = (due: ReadonlyArray<LookDue>) =>
    Effect.gen(function* () {
      let pages = due.map(({ log }) => ({ log, after: undefined as UserId | undefined }))
      while (pages.length > 0) {
        const unread = yield* store.unread(pages, bounds.members)
        yield* oweTo(unread)
        pages = pages.flatMap(({ log }) => {
          const page = unread.filter((one) => one.log === log)
          return page.length < bounds.members ? [] : [{ log, after: page.at(-1)?.userId }]
        })
      }
    })

  return Effect.gen(function* () {
    const beganMs = yield* monotonicMs
    const due = yield* store.look(leaseMs, bounds.logs)
    if (due.length === 0) return false
    yield* lookAt(due.filter(({ isPersonal }) => !isPersonal))
    const tookMs = (yield* monotonicMs) - beganMs
    const looked = due.map((one) => {
      // Reads and departures in a personal log are final: one look is enough.
      const next = one.isPersonal ? undefined : nextLook(one)
      return {
        due: one,
        looks: next?.looks ?? 0,
        afterMs: next === undefined ? undefined : Math.max(0, next.afterMs - tookMs)
      }
    })
    yield* store.looked(looked, looksAfterMs[1])
    return due.length === bounds.logs
  })
})

const keepsForMs = 30 * 86_400_000

const forgetting = Effect.gen(function* () {
  const store = yield* PushStore
  return Effect.flatMap(Clock.currentTimeMillis, (now) => store.forget(now - keepsForMs))
})

/**
 * A round that reports more work is followed by the next. The cause of a failed round is logged, and the next one makes
 * up for it.
 */
const rounds = <E, R>(
  away: OutageLog,
  round: Effect.Effect<boolean | void, E, R>,
  rest: "1 second" | "10 millis" | "1 hour"
) =>
  Effect.repeat(round, { while: (more) => more === true }).pipe(
    Effect.zipRight(away.over),
    Effect.catchAllCause((cause) => Effect.zipRight(away.met(Cause.squash(cause)), Effect.sleep("2 seconds"))),
    repeatEvery(rest, "A round of pushes stopped short; the next goes on"),
    Effect.forkScoped
  )

/** Pushes for as long as the layer lives. */
export const PushServer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const unnoted = makeOutageLog(
      "What may be pushed for could not be noted; trying again",
      "What may be pushed for can be noted again"
    )
    const unlooked = makeOutageLog(
      "A look at what is unread failed; trying again",
      "What is unread can be looked at again"
    )
    const unsent = makeOutageLog("Pushes could not be sent; trying again", "Pushes can be sent again")
    const unforgotten = makeOutageLog(
      "Old pushes could not be forgotten; trying again",
      "Old pushes can be forgotten again"
    )
    yield* rounds(unnoted, yield* taking(unnoted), "10 millis")
    yield* rounds(unlooked, throttle(lookPace)(yield* looking), "1 second")
    yield* rounds(unsent, yield* pushSending, "10 millis")
    yield* rounds(unforgotten, yield* forgetting, "1 hour")
  })
)
