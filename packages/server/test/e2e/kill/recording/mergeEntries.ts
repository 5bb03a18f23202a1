/** One history of what several processes wrote down. */
import type { HistoryEntry } from "@hibiki/testing/checker/History"

/**
 * By time, which all take from one clock. That a commit, which the server alone sees, came between two entries can't be
 * told: the order says only what was known where, and an entry that is received stands behind the commit that it tells
 * of.
 */
export const mergeEntries = (pieces: ReadonlyArray<ReadonlyArray<HistoryEntry>>): ReadonlyArray<HistoryEntry> => {
  const entries = pieces.flat().sort((a, b) => a.at - b.at)
  const begin = entries[0]?.at ?? 0
  return entries.map((entry) => ({ ...entry, at: Math.round(10 * (entry.at - begin)) / 10 }))
}
