/**
 * Who pushes: notes which conversations are to be looked at, looks, and sends what is due. It keeps nothing that it
 * can't lose: all of it is rows, and what one that ended had in hand is due again when its lease is over.
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
/**
 * Logs of which it is remembered when they are looked at next (monotonic), so that not every message asks the store.
 */
const knownMax = 100_000
/** A look that is nearer than this may begin before the message is there. */
const nearMs = 1_000

/**
 * Notes what comes, for as long as its scope lives: what was taken is noted in the end, however long the store is away.
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
      // What comes meanwhile is one question.
      yield* Effect.sleep("250 millis")
    })
  })

/**
 * Thousands of conversations that become busy together are due at one time: their looks leave the database to their
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

  /** All members of all logs, page by page: a log goes on while its pages are full. */
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
      // What was read is read, and what was left is left: one look is enough.
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
 * A round that says that there is more is followed by the next; what keeps rounds from their ends is logged, and the
 * next makes up for them.
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
