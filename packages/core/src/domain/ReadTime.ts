/**
 * How much of the store's time one person's reads may take: a quarter of it, in ms. Their answers are made and sent in
 * about as long again, so that all of it stays within half of a processor.
 */
import type { BucketRule } from "./TokenBucket.ts"

/** At most a burst is owed: after the longest read, the person's next one waits for a second. */
export const readTime: BucketRule = { ratePerSecond: 250, burst: 250 }
