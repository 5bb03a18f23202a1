/** What a server may ask for when it is busy, at least and at most (ms). */
const [leastMs, longestMs] = [50, 60_000]

/** How long to wait as a server asked for it. */
export const askedDelay = (retryAfterMs: number): number => Math.min(Math.max(retryAfterMs, leastMs), longestMs)
