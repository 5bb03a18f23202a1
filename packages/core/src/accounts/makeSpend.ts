/** Taking tokens of a limit for a call, which fails where there are too few. */
import { Effect } from "effect"
import { type Limit, RateLimits } from "../ports/RateLimits.ts"
import { RateLimited } from "../protocol/rpc/RpcErrors.ts"

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
