/** Charges calls: tokens of a limit, of which a call fails with too few, and the store's time that reads take. */
import { Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { type Limit, RateLimits } from "../ports/RateLimits.ts"
import { RateLimited } from "../protocol/rpc/RpcErrors.ts"
import { AccountPolicy } from "./AccountPolicy.ts"

/** Takes `cost` tokens (one when not said) of the key's, or none and tells how long until there are enough. */
export type Spend = (limit: Limit, key: string, cost?: number) => Effect.Effect<void, RateLimited>

export const makeSpend = Effect.map(
  RateLimits,
  (limits): Spend =>
    (limit, key, cost) =>
      Effect.flatMap(limits.take(limit, key, cost), (taken) =>
        taken._tag === "Taken" ? Effect.void : Effect.fail(new RateLimited({ retryAfterMs: taken.retryAfterMs }))
      )
)

/** The store's time as a person's reads by calls take it: charged to the person, who rests where they took long. */
export const makeStoreTime = Effect.gen(function* () {
  const rates = yield* RateLimits
  const { readMillisUser } = (yield* AccountPolicy).limits
  return {
    /** Waits until the person's share allows the next read, which lets the store do other work first. */
    rest: (userId: UserId): Effect.Effect<void> =>
      Effect.flatMap(rates.take(readMillisUser, userId, 0), (taken) =>
        taken._tag === "Taken" ? Effect.void : Effect.sleep(taken.retryAfterMs)
      ),
    /** Charges the time that the read takes, also when it fails. */
    charged: <A, E, R>(userId: UserId, read: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.flatMap(monotonicMs, (beganMs) =>
        Effect.ensuring(
          read,
          Effect.flatMap(monotonicMs, (endedMs) => rates.charge(readMillisUser, userId, endedMs - beganMs))
        )
      )
  } as const
})
