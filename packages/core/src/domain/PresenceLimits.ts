/** Bounds of what is only a hint, apart from the schemas: a page needs them before any library is there. */

/** Bounds of presence, typing and receipts. Times in milliseconds. */
export const presenceLimits = {
  /** Users that one socket watches at once. */ watchedMax: 200,
  /** Changes reach a watcher at most so often. */ everyMs: 1_000,
  /** A user whose last socket closed without goodbye stays so long. Counted from the last sign of life. */
  graceMs: 5_000,
  /** A device whose person did nothing for so long is idle. */ idleAfterMs: 300_000,
  /** What a viewer may see is judged anew at least so often. */ rightsEveryMs: 60_000,
  /** Between two signs of typing of one person in one conversation. */ typingEveryMs: 3_000,
  /** A sign of typing is shown so long. */ typingTtlMs: 6_000,
  /** Typing is not told where more people than this are online. */ typingOnlineMax: 100,
  /** How far back the counts of a board go, one for each minute. */ boardMinutes: 60
} as const
