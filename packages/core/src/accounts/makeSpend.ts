/** Charges calls: tokens of a limit, without which a call fails, and the store's time of reads. */
import { Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { type Limit, RateLimits } from "../ports/RateLimits.ts"
import { RateLimited } from "../protocol/rpc/RpcErrors.ts"
import { AccountPolicy } from "./AccountPolicy.ts"

/** Takes `cost` tokens of the key (one by default), or none, and fails with the time until there are enough. */
export type Spend = (limit: Limit, key: string, cost?: number) => Effect.Effect<void, RateLimited>

export const makeSpend = Effect.map(
  RateLimits,
  (limits): Spend =>
    (limit, key, cost) =>
      Effect.flatMap(limits.take(limit, key, cost), (taken) =>
        taken._tag === "Taken" ? Effect.void : Effect.fail(new RateLimited({ retryAfterMs: taken.retryAfterMs }))
      )
)

/** Charges the store's time of a user's reads to that user, whose next read waits if they took long. */
export const makeStoreTime = Effect.gen(function* () {
  const rates = yield* RateLimits
  const { readMillisUser } = (yield* AccountPolicy).limits
  return {
    /** Waits until the user's share allows the next read, which lets the store do other work first. */
    rest: (userId: UserId): Effect.Effect<void> =>
      Effect.flatMap(rates.take(readMillisUser, userId, 0), (taken) =>
        taken._tag === "Taken" ? Effect.void : Effect.sleep(taken.retryAfterMs)
      ),
    /** Charges the time that the read takes, even if it fails. */
    charged: <A, E, R>(userId: UserId, read: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.flatMap(monotonicMs, (beganMs) =>
        Effect.ensuring(
          read,
          Effect.flatMap(monotonicMs, (endedMs) => rates.charge(readMillisUser, userId, endedMs - beganMs))
        )
      )
  } as const
})
