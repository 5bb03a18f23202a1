/**
 * A token bucket: `rate` tokens a second, at most `burst` kept. Time comes in with each question, so it needs no clock
 * and no timer.
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

/**
 * Takes `cost` tokens, or none of them: then the answer is how long to wait until they are there (ms, at least 1). 0
 * means taken.
 */
export const spend = (bucket: TokenBucket, rule: BucketRule, cost: number, nowMs: number): number => {
  const waitMs = waitFor(bucket, rule, cost, nowMs)
  if (waitMs === 0) bucket.tokens -= cost
  return waitMs
}

/** As `spend`, of two buckets with a rule each: takes of both or of neither. */
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

/** Takes `cost` tokens whether they are there or not, of what is known only afterwards. At most a burst is owed. */
export const charge = (bucket: TokenBucket, rule: BucketRule, cost: number, nowMs: number): void => {
  waitFor(bucket, rule, 0, nowMs)
  bucket.tokens = Math.max(-rule.burst, bucket.tokens - cost)
}

const waitFor = (bucket: TokenBucket, rule: BucketRule, cost: number, nowMs: number): number => {
  // A clock that went back gives no tokens and takes none.
  const elapsedMs = Math.max(0, nowMs - bucket.atMs)
  bucket.tokens = Math.min(rule.burst, bucket.tokens + (elapsedMs * rule.ratePerSecond) / 1_000)
  bucket.atMs = nowMs
  // More than the burst at once is let through when the bucket is full, else it could never be.
  const needed = Math.min(cost, rule.burst)
  if (bucket.tokens >= needed) return 0
  return Math.max(1, Math.ceil(((needed - bucket.tokens) * 1_000) / rule.ratePerSecond))
}

/** Whether all its tokens are there: then it is as good as a fresh one. */
export const isFull = ({ atMs, tokens }: TokenBucket, { burst, ratePerSecond }: BucketRule, nowMs: number): boolean =>
  tokens + ((nowMs - atMs) * ratePerSecond) / 1_000 >= burst

/**
 * How much of the store's time the reads of one person may take: a quarter of it, in ms. Making and sending the
 * answers takes about as long again, so all of it stays within half of a processor. At most a burst is owed: after the
 * longest read, the person's next one waits for a second.
 */
export const readTime: BucketRule = { ratePerSecond: 250, burst: 250 }
