/** Refusals that must not be in a run's load. */
import type { HistoryEntry } from "@hibiki/testing/checker/History"

/** Everybody may do all that is done here; only that another device did the same before is no fault. */
export const refusals = (entries: ReadonlyArray<HistoryEntry>): ReadonlyArray<string> =>
  entries.flatMap((entry) =>
    entry._tag === "received" && entry.frame.op === "refused" && entry.frame.code !== "no_change"
      ? [`${entry.frame.id} was refused as ${entry.frame.code}`]
      : []
  )
