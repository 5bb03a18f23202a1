/**
 * Reads of conversations for whoever calls: as often and as much as its user may (ChargedReads), and answered alike
 * where there is nothing for it.
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
  /** As many tokens of the caller's. */
  readonly cost?: number
  /** Of another bucket than that of reads. */
  readonly limit?: Limit
}

/**
 * Reads in the turn of the caller's user, where that user owes nothing for the reads before. Undefined is answered as
 * not found. Of one user two run at once, and after reads that took long it rests, so that one who asks for much leaves
 * the store to the others.
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
      /**
       * Of many calls that wait for the same kilobyte all but one would be refused again, each at a cost of its own.
       */
      const affords = (userId: UserId) =>
        Effect.mapError(
          spend(limits.readKilobytesUser, userId),
          ({ retryAfterMs }) => new RateLimited({ retryAfterMs: Math.max(retryMinMs, retryAfterMs) })
        )
      const turns = new KeyedTurns({ atOnce: 2, waiting: 64 })
      return (ask, { cost = 1, limit = limits.readUser } = {}) =>
        Effect.flatMap(CurrentIdentity, ({ userId }) => {
          const read = Effect.matchEffect(ask(userId), {
            // Its backend has logged why.
            onFailure: () => Effect.fail(unavailable()),
            // Absent and forbidden look the same.
            onSuccess: (found) => (found === undefined ? Effect.fail(new NotFound()) : Effect.succeed(found))
          })
          // In its turn, when the reads before it are charged: of many at once each would find that nothing is owed.
          const affordable = Effect.zipRight(affords(userId), Effect.zipRight(time.rest(userId), read))
          return Effect.zipRight(
            spend(limit, userId, cost),
            turns.run(userId, affordable, Effect.fail(new RateLimited({ retryAfterMs: retryMinMs })))
          )
        })
    })
  )
}

/** When to ask again at the earliest, where too many calls of one user wait or their kilobytes are owed. */
const retryMinMs = 1_000
