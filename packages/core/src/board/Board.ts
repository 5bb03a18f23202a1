/**
 * The presence board: the presence of the people that a viewer may see, first as a snapshot and then as changes while
 * the board is open, and how many of them were online in each minute.
 */
import { Clock, Effect, Metric, Stream } from "effect"
import { AccountPolicy } from "../accounts/AccountPolicy.ts"
import { makeSpend } from "../accounts/makeSpend.ts"
import type { UserId } from "../domain/Ids.ts"
import { presenceLimits } from "../domain/Limits.ts"
import type { UserPresence } from "../domain/Presence.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { gauge } from "../metrics/declareMetric.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { Presence, type PresenceStep, type PresenceUnavailable } from "../ports/Presence.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import type { BoardUpdate } from "../protocol/rpc/PresenceRpcs.ts"
import { type NotFound, RateLimited, Unavailable } from "../protocol/rpc/RpcErrors.ts"
import { type BoardSubject, makeBoardRights } from "./BoardRights.ts"
import { BoardState } from "./BoardState.ts"

/** The most boards open in this process. The process answers further requests with "retry later". */
export const boardsMax = 1_000
/** The most boards of one user. A user can't use up the boards of others. */
export const boardsOfUserMax = 50
const retryAfterMs = 1_000

type Failure = NotFound | RateLimited | Unavailable

export class Board extends Effect.Service<Board>()("@hibiki/core/board/Board", {
  effect: Effect.gen(function* () {
    const presence = yield* Presence
    const spend = yield* makeSpend
    const policy = yield* AccountPolicy
    const rightsOf = yield* makeBoardRights
    let boards = 0
    const boardsOf = new Map<UserId, number>()

    const count = (userId: UserId, change: 1 | -1) =>
      Effect.suspend(() => {
        boards += change
        const left = (boardsOf.get(userId) ?? 0) + change
        if (left === 0) boardsOf.delete(userId)
        else boardsOf.set(userId, left)
        return Metric.set(presenceBoards, boards)
      })
    const admit = Effect.fnUntraced(function* (userId: UserId) {
      yield* spend(policy.limits.watchUser, userId)
      if ((boardsOf.get(userId) ?? 0) >= boardsOfUserMax) return yield* new RateLimited({ retryAfterMs })
      if (boards >= boardsMax) return yield* new Unavailable({ retryAfterMs })
      yield* Effect.acquireRelease(count(userId, 1), () => count(userId, -1))
    })

    const open = Effect.fnUntraced(function* (viewer: UserId, subject: BoardSubject) {
      const rights = rightsOf(viewer, subject)
      const state = new BoardState()
      const noted = Effect.unsafeMakeLatch()
      state.setPeople(yield* rights.authorize)
      // Listen before the first reading: a change during that reading is then read again.
      yield* presence.listen((changed) => {
        if (state.note(changed)) noted.unsafeOpen()
      })
      return Stream.concat(
        Stream.fromEffect(readAll(presence, state)),
        Stream.repeatEffect(nextUpdate(presence, state, rights, noted))
      )
    })

    /**
     * One board. Its reader pulls the updates: a slow reader gets fewer and later changes. Fails with NotFound once the
     * viewer loses the right to see it.
     */
    const watch = (caller: Identity, subject: BoardSubject): Stream.Stream<BoardUpdate, Failure> =>
      Stream.unwrapScoped(Effect.zipRight(admit(caller.userId), open(caller.userId, subject))).pipe(
        Stream.catchTags({ StoreUnavailable: comeBack, PresenceUnavailable: comeBack })
      )

    return { watch } as const
  })
}) {}

const comeBack = (_: StoreUnavailable | PresenceUnavailable) => Stream.fail(new Unavailable({ retryAfterMs }))

/** Reads the full current state. */
const readAll = (presence: Presence["Type"], state: BoardState) =>
  Effect.gen(function* () {
    const [at, nowMs] = [yield* Clock.currentTimeMillis, yield* monotonicMs]
    state.takeChanged()
    const seen = yield* presence.read(state.shown)
    const steps = yield* presence.steps(state.shown, countedFrom(at))
    state.tellAll(seen, nowMs)
    return {
      _tag: "Snapshot",
      at,
      people: state.people,
      users: state.withHidden(seen),
      online: onlineCounts(seen, steps, at)
    } satisfies BoardUpdate
  })

/** Returns the next update. Between two calls only the ids of changed users accumulate. */
const nextUpdate = (
  presence: Presence["Type"],
  state: BoardState,
  rights: ReturnType<Effect.Effect.Success<typeof makeBoardRights>>,
  noted: Effect.Latch
): Effect.Effect<BoardUpdate, NotFound | StoreUnavailable | PresenceUnavailable> =>
  Effect.gen(function* () {
    for (;;) {
      const now = yield* monotonicMs
      const readyAt = state.readAt + presenceLimits.everyMs
      if (now >= rights.lookAt()) {
        const people = yield* rights.look
        if (people !== undefined && state.setPeople(people)) return yield* readAll(presence, state)
      } else if (!state.hasChanges) {
        noted.unsafeClose()
        yield* Effect.race(noted.await, Effect.sleep(rights.lookAt() - now))
      } else if (now < readyAt) {
        yield* Effect.sleep(Math.min(readyAt, rights.lookAt()) - now)
      } else {
        const at = yield* Clock.currentTimeMillis
        const news = state.tell(yield* presence.read(state.takeChanged()), now)
        if (news.length > 0) return { _tag: "Changes", at, users: news }
      }
    }
  })

const minuteMs = 60_000

/** The time of the first counted moment. */
export const countedFrom = (at: number): number => at - (presenceLimits.boardMinutes - 1) * minuteMs

/**
 * Counts how many of `users` were active or idle at `at` and at each full minute before it, the newest last. It uses
 * the current state as far back as that goes, and the recorded changes before that. Unknown counts as offline.
 */
export const onlineCounts = (
  users: ReadonlyArray<UserPresence>,
  steps: ReadonlyArray<PresenceStep>,
  at: number
): ReadonlyArray<number> => {
  const byUser = new Map<UserId, Array<PresenceStep>>(users.map(({ userId }) => [userId, []]))
  for (const step of steps) byUser.get(step.userId)?.push(step)
  const counts = new Array<number>(presenceLimits.boardMinutes).fill(0)
  for (const user of users) addUser(counts, user, byUser.get(user.userId) ?? [], at)
  return counts
}

const addUser = (counts: Array<number>, user: UserPresence, steps: ReadonlyArray<PresenceStep>, at: number): void => {
  const isOnlineNow = user.state !== "offline"
  let next = 0
  let online = false
  for (let minute = 0; minute < counts.length; minute++) {
    const moment = countedFrom(at) + minute * minuteMs
    for (let step = steps[next]; step !== undefined && step.at <= moment; step = steps[++next]) {
      online = step.state !== "offline"
    }
    const held = user.since !== undefined && user.since <= moment ? isOnlineNow : online
    // The newest count follows the board's own list, even if the recorded changes differ.
    if (moment === at ? isOnlineNow : held) counts[minute] = (counts[minute] ?? 0) + 1
  }
}

/** Metrics of presence boards. */
export const presenceBoards = gauge("hibiki_presence_boards", {
  unit: "boards",
  description: "Presence boards that are open at this api process."
})
