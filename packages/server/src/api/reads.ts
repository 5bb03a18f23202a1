/**
 * Reads of conversations for callers: as often and as much as their user may (ChargedReads), with the same answer for
 * everything that is not theirs.
 */
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { unavailable } from "@hibiki/core/accounts/Middlewares"
import { makeSpend, makeStoreTime } from "@hibiki/core/accounts/makeSpend"
import type { UserId } from "@hibiki/core/domain/Ids"
import { KeyedTurns } from "@hibiki/core/fibers/Turns"
import type { Limit } from "@hibiki/core/ports/RateLimits"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { NotFound, RateLimited, type Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Context, Effect, Layer } from "effect"

export interface ReadOptions {
  /** The number of the caller's tokens that it costs. */
  readonly cost?: number
  /** Another bucket than that of reads. */
  readonly limit?: Limit
}

/**
 * Reads when it is the turn of the caller's user and that user has no debt from earlier reads. Answers undefined as not
 * found. Runs two at once per user. After long reads the user has to pause, so that a user who requests much leaves the
 * store to the others.
 */
export class Reads extends Context.Tag("@hibiki/server/api/Reads")<
  Reads,
  <A, E, R>(
    ask: (userId: UserId) => Effect.Effect<A | undefined, E, R>,
    options?: ReadOptions
  ) => Effect.Effect<A, NotFound | RateLimited | Unavailable, R | CurrentIdentity>
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.gen(function* () {
      const spend = yield* makeSpend
      const { limits } = yield* AccountPolicy
      const time = yield* makeStoreTime
      /** If many calls wait for the same kilobyte, all but one would be refused again, each at a cost of its own. */
      const affords = (userId: UserId) =>
        Effect.mapError(
          spend(limits.readKilobytesUser, userId),
          ({ retryAfterMs }) => new RateLimited({ retryAfterMs: Math.max(retryMinMs, retryAfterMs) })
        )
      const turns = new KeyedTurns({ atOnce: 2, waiting: 64 })
      return (ask, { cost = 1, limit = limits.readUser } = {}) =>
        Effect.flatMap(CurrentIdentity, ({ userId }) => {
          const read = Effect.matchEffect(ask(userId), {
            // Its backend has logged the reason.
            onFailure: () => Effect.fail(unavailable()),
            // Absent and forbidden look the same.
            onSuccess: (found) => (found === undefined ? Effect.fail(new NotFound()) : Effect.succeed(found))
          })
          // Checks when its turn comes, after the earlier reads were charged: many at once would each find no debt.
          const affordable = Effect.zipRight(affords(userId), Effect.zipRight(time.rest(userId), read))
          return Effect.zipRight(
            spend(limit, userId, cost),
            turns.run(userId, affordable, Effect.fail(new RateLimited({ retryAfterMs: retryMinMs })))
          )
        })
    })
  )
}

/** The earliest retry if too many calls of one user wait, or the user has a debt of kilobytes. */
const retryMinMs = 1_000
