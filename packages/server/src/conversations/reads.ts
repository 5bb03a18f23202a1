/** Reads of conversations for whoever calls: as often as its user may, and answered alike where there is nothing for it. */
import { AccountPolicy } from "@hibiki/core/auth/AccountPolicy"
import { makeSpend } from "@hibiki/core/auth/makeSpend"
import type { Limit } from "@hibiki/core/auth/RateLimits"
import { unavailable } from "@hibiki/core/auth/unavailable"
import type { UserId } from "@hibiki/core/domain/Ids"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { NotFound, type RateLimited, type Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect } from "effect"

/** `cost`: as many tokens of the caller's; `limit`: of another bucket than that of reads. Undefined is answered as not found. */
export const makeRead = Effect.gen(function* () {
  const spend = yield* makeSpend
  const { limits } = yield* AccountPolicy
  return <A, E, R>(
    ask: (userId: UserId) => Effect.Effect<A | undefined, E, R>,
    { cost = 1, limit = limits.readUser }: { readonly cost?: number; readonly limit?: Limit } = {}
  ): Effect.Effect<A, NotFound | RateLimited | Unavailable, R | CurrentIdentity> =>
    Effect.flatMap(CurrentIdentity, ({ userId }) =>
      Effect.zipRight(
        spend(limit, userId, cost),
        Effect.matchEffect(ask(userId), {
          // Its backend has logged why.
          onFailure: () => Effect.fail(unavailable()),
          // Absent and forbidden look the same.
          onSuccess: (found): Effect.Effect<A, NotFound> => (found === undefined ? Effect.fail(new NotFound()) : Effect.succeed(found))
        })
      )
    )
})
