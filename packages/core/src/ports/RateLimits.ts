/** Port: token buckets, by limit and key. */
import { Context, type Effect } from "effect"

/** A bucket of `burst` tokens, refilled at `perMinute`. */
export interface Limit {
  /** Distinguishes the keys of one limit from those of another. */
  readonly name: string
  readonly burst: number
  readonly perMinute: number
  /**
   * If present, failures delay the key: each one from the `burst`-th in a row on makes it wait, first as long as one
   * token takes, then twice that, and so on up to this.
   */
  readonly delayMaxMs?: number
  /** Counted over all processes together, if they share a store and it answers. */
  readonly isShared?: true
}

export type Taken = { readonly _tag: "Taken" } | { readonly _tag: "Wait"; readonly retryAfterMs: number }

export class RateLimits extends Context.Tag("@hibiki/core/ports/RateLimits")<
  RateLimits,
  {
    /** Takes `cost` tokens (one by default), or none, and returns how long until there are enough. */
    readonly take: (limit: Limit, key: string, cost?: number) => Effect.Effect<Taken>
    /**
     * Takes `cost` tokens even if they are not available, for costs that are known only afterwards: the next `take`
     * waits until they are refilled. The debt is at most one burst.
     */
    readonly charge: (limit: Limit, key: string, cost: number) => Effect.Effect<void>
    /** The action that took the tokens failed. */
    readonly failed: (limit: Limit, key: string) => Effect.Effect<void>
    /**
     * The action that took the tokens succeeded: returns its token. If failures delay, this also forgets them and their
     * whole cost.
     */
    readonly succeeded: (limit: Limit, key: string) => Effect.Effect<void>
    /** The tokens were not used: returns the token; recorded failures remain. */
    readonly returned: (limit: Limit, key: string) => Effect.Effect<void>
  }
>() {}
