/** Port: token buckets, by limit and key. */
import { Context, type Effect } from "effect"

/** A bucket of `burst` tokens, refilled at `perMinute`. */
export interface Limit {
  /** Tells the keys of one limit from those of another. */
  readonly name: string
  readonly burst: number
  readonly perMinute: number
  /**
   * When present, each failure from the `burst`-th in a row on makes the key wait: as long as one token takes, then
   * twice that, and so on up to this.
   */
  readonly delayMaxMs?: number
  /** Counted over all processes together, where they have something in common that answers. */
  readonly isShared?: true
}

export type Taken = { readonly _tag: "Taken" } | { readonly _tag: "Wait"; readonly retryAfterMs: number }

export class RateLimits extends Context.Tag("@hibiki/core/ports/RateLimits")<
  RateLimits,
  {
    /** Takes `cost` tokens (one when not said), or none and tells how long until there are enough. */
    readonly take: (limit: Limit, key: string, cost?: number) => Effect.Effect<Taken>
    /**
     * Takes `cost` tokens whether they are there or not, of what is known only afterwards: the next `take` waits until
     * they have come back. At most a burst is owed.
     */
    readonly charge: (limit: Limit, key: string, cost: number) => Effect.Effect<void>
    /** What was taken led to a failure. */
    readonly failed: (limit: Limit, key: string) => Effect.Effect<void>
    /**
     * What was taken led to success: its token is given back. Where failures delay, they are forgotten with all that
     * they cost.
     */
    readonly succeeded: (limit: Limit, key: string) => Effect.Effect<void>
    /** What was taken was not made use of: its token is given back, and what is known of failures stays. */
    readonly returned: (limit: Limit, key: string) => Effect.Effect<void>
  }
>() {}
