/** Slow mode: a plain member waits between two posts. Plain code, for a web client's first paint. */

/** The seconds to choose from; 0: off. */
export const slowChoices = [0, 5, 10, 30, 60, 300, 900] as const

/**
 * How long (ms) a plain member must wait before a post at `at`; 0: not at all. A last post above `at` is from before
 * the clock was corrected, and does not count.
 */
export const slowWaitMs = (slowSeconds: number, postedAt: number | undefined, at: number): number =>
  postedAt === undefined || postedAt > at ? 0 : Math.max(0, postedAt + slowSeconds * 1_000 - at)
