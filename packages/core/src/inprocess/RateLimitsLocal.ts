/** Token buckets of this process. Several processes together allow the multiple. */
import { Effect, Layer, Metric } from "effect"
import { type BucketRule, charge, isFull, spend, type TokenBucket } from "../domain/TokenBucket.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { counter } from "../metrics/declareMetric.ts"
import { type Limit, RateLimits } from "../ports/RateLimits.ts"

export const rateLimitEvictions = counter("hibiki_rate_limit_evictions_total", {
  unit: "limits",
  description:
    "Limits of a user or an address that a process forgot while they still counted, because it stores a bounded number."
})

/** At each use of a bucket, this many are checked whether they can be forgotten. */
const lookedAtPerTurn = 2

export interface RateLimitsBounds {
  /**
   * The most buckets. At the bound the eighth that was not used for longest is dropped, which makes those full again.
   * If callers can choose the keys, a limit by address comes first, so that nobody can drop another's bucket by making
   * many.
   */
  readonly bucketsMax: number
}

export const rateLimitsLocal = ({ bucketsMax }: RateLimitsBounds) =>
  Layer.sync(RateLimits, () => {
    /** The least recently used come first. */
    const buckets = new Map<string, Bucket>()

    const bucketOf = (limit: Limit, key: string, now: number): Bucket => {
      const name = `${limit.name} ${key}`
      const bucket = buckets.get(name) ?? { tokens: limit.burst, atMs: now, limit, failures: 0, failedAt: now }
      buckets.delete(name)
      forgetUnused(buckets, now)
      buckets.set(name, bucket)
      return bucket
    }

    const makeRoom = Effect.suspend(() => {
      if (buckets.size <= bucketsMax) return Effect.void
      let surplus = Math.max(buckets.size - bucketsMax, Math.floor(bucketsMax / 8))
      const dropped = surplus
      for (const name of buckets.keys()) {
        if (surplus-- <= 0) break
        buckets.delete(name)
      }
      return Metric.incrementBy(rateLimitEvictions, dropped)
    })

    return RateLimits.of({
      take: (limit, key, cost = 1) =>
        Effect.map(monotonicMs, (now) => {
          const retryAfterMs = spend(bucketOf(limit, key, now), ruleOf(limit), cost, now)
          return retryAfterMs === 0 ? ({ _tag: "Taken" } as const) : ({ _tag: "Wait", retryAfterMs } as const)
        }).pipe(Effect.zipLeft(makeRoom)),
      charge: (limit, key, cost) =>
        Effect.map(monotonicMs, (now) => charge(bucketOf(limit, key, now), ruleOf(limit), cost, now)).pipe(
          Effect.zipLeft(makeRoom)
        ),
      failed: (limit, key) =>
        Effect.map(monotonicMs, (now) => {
          if (limit.delayMaxMs === undefined) return
          const bucket = bucketOf(limit, key, now)
          if (isLongAgo(bucket, now)) bucket.failures = 0
          bucket.failures++
          bucket.failedAt = now
          const waitMs = delayMs(limit, limit.delayMaxMs, bucket.failures)
          // Below one token, so that one is available again after the wait.
          if (waitMs > 0) bucket.tokens = Math.min(bucket.tokens, 1 - waitMs / tokenMs(limit))
          bucket.atMs = now
        }).pipe(Effect.zipLeft(makeRoom)),
      succeeded: (limit, key) =>
        Effect.map(monotonicMs, (now) => {
          const bucket = bucketOf(limit, key, now)
          bucket.tokens = limit.delayMaxMs === undefined ? Math.min(limit.burst, bucket.tokens + 1) : limit.burst
          bucket.failures = 0
        }).pipe(Effect.zipLeft(makeRoom)),
      returned: (limit, key) =>
        Effect.map(monotonicMs, (now) => {
          const bucket = bucketOf(limit, key, now)
          bucket.tokens = Math.min(limit.burst, bucket.tokens + 1)
        }).pipe(Effect.zipLeft(makeRoom))
    })
  })

export const RateLimitsLocal = rateLimitsLocal({ bucketsMax: 50_000 })

interface Bucket extends TokenBucket {
  readonly limit: Limit
  /** In a row. */
  failures: number
  failedAt: number
}

/** Whether the last failure is so old that the next one counts as the first. */
const isLongAgo = ({ failedAt, limit: { delayMaxMs = 0 } }: Bucket, now: number): boolean =>
  now - failedAt > 2 * delayMaxMs

/**
 * Forgets buckets that equal a fresh one. Each call checks a few of the least recently used, so that they do not pile
 * up to the bound.
 */
const forgetUnused = (buckets: Map<string, Bucket>, now: number): void => {
  let left = lookedAtPerTurn
  for (const [name, bucket] of buckets) {
    const isFresh = isFull(bucket, ruleOf(bucket.limit), now) && (bucket.failures === 0 || isLongAgo(bucket, now))
    if (!isFresh || left-- === 0) return
    buckets.delete(name)
  }
}

const ruleOf = ({ burst, perMinute }: Limit): BucketRule => ({ burst, ratePerSecond: perMinute / 60 })

const tokenMs = ({ perMinute }: Limit): number => 60_000 / perMinute

/** No delay before the `burst`-th failure in a row, then the time of one token, doubled with each. */
const delayMs = (limit: Limit, maxMs: number, failures: number): number =>
  failures < limit.burst ? 0 : Math.min(maxMs, tokenMs(limit) * 2 ** Math.min(30, failures - limit.burst))
