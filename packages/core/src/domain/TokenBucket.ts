/**
 * A token bucket: `rate` tokens a second, at most `burst` stored. Each call passes the time, so it needs no clock and
 * no timer.
 */

export interface TokenBucket {
  tokens: number
  atMs: number
}

export interface BucketRule {
  readonly ratePerSecond: number
  readonly burst: number
}

export const fullBucket = (rule: BucketRule, nowMs: number): TokenBucket => ({ tokens: rule.burst, atMs: nowMs })

/** Takes `cost` tokens, or none: then it returns the wait until they are available (ms, at least 1). 0 means taken. */
export const spend = (bucket: TokenBucket, rule: BucketRule, cost: number, nowMs: number): number => {
  const waitMs = waitFor(bucket, rule, cost, nowMs)
  if (waitMs === 0) bucket.tokens -= cost
  return waitMs
}

/** As `spend`, for two buckets with a rule each: takes from both or from neither. */
export const spendBoth = (
  one: TokenBucket,
  oneRule: BucketRule,
  other: TokenBucket,
  otherRule: BucketRule,
  cost: number,
  nowMs: number
): number => {
  const waitMs = Math.max(waitFor(one, oneRule, cost, nowMs), waitFor(other, otherRule, cost, nowMs))
  if (waitMs === 0) {
    one.tokens -= cost
    other.tokens -= cost
  }
  return waitMs
}

/**
 * Takes `cost` tokens even if they are not available, for costs that are known only afterwards. The debt is at most one
 * burst.
 */
export const charge = (bucket: TokenBucket, rule: BucketRule, cost: number, nowMs: number): void => {
  waitFor(bucket, rule, 0, nowMs)
  bucket.tokens = Math.max(-rule.burst, bucket.tokens - cost)
}

const waitFor = (bucket: TokenBucket, rule: BucketRule, cost: number, nowMs: number): number => {
  // A clock that was set back gives no tokens and takes none.
  const elapsedMs = Math.max(0, nowMs - bucket.atMs)
  bucket.tokens = Math.min(rule.burst, bucket.tokens + (elapsedMs * rule.ratePerSecond) / 1_000)
  bucket.atMs = nowMs
  // A full bucket allows a cost above the burst, which otherwise could never pass.
  const needed = Math.min(cost, rule.burst)
  if (bucket.tokens >= needed) return 0
  return Math.max(1, Math.ceil(((needed - bucket.tokens) * 1_000) / rule.ratePerSecond))
}

/** Whether the bucket has all its tokens: then it equals a fresh one. */
export const isFull = ({ atMs, tokens }: TokenBucket, { burst, ratePerSecond }: BucketRule, nowMs: number): boolean =>
  tokens + ((nowMs - atMs) * ratePerSecond) / 1_000 >= burst

/**
 * How much of the store's time the reads of one user may take: a quarter of it, in ms. Making and sending the answers
 * takes about as long again, so all of it stays within half of a processor. The debt is at most one burst: after the
 * longest read, the user's next one waits for a second.
 */
export const readTime: BucketRule = { ratePerSecond: 250, burst: 250 }
