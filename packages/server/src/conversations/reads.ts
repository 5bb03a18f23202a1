/** Reads of conversations for whoever calls: as often and as much as its user may (ChargedReads), and answered alike where there is nothing for it. */
import { AccountPolicy } from "@hibiki/core/auth/AccountPolicy"
import { makeSpend } from "@hibiki/core/auth/makeSpend"
import type { Limit } from "@hibiki/core/auth/RateLimits"
import { unavailable } from "@hibiki/core/auth/unavailable"
import type { UserId } from "@hibiki/core/domain/Ids"
import { KeyedTurns } from "@hibiki/core/fibers/KeyedTurns"
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
 * Reads in the turn of the caller's user, where that user owes nothing for the reads before. Undefined is answered as not found. Of one user two run at once,
 * so that one who asks for much leaves the store to the others.
 */
export class Reads extends Context.Tag("@hibiki/server/conversations/Reads")<
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
          const affordable = Effect.zipRight(spend(limits.readKilobytesUser, userId), read)
          return Effect.zipRight(
            spend(limit, userId, cost),
            turns.run(userId, affordable, Effect.fail(new RateLimited({ retryAfterMs: fullLineMs })))
          )
        })
    })
  )
}

/** When to ask again where too many calls of one user wait. */
const fullLineMs = 1_000
