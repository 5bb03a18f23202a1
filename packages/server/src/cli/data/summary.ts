/** The result of an export or import, for the person who ran it. */
import { Clock, Effect } from "effect"
import { type StoreTable, storeTables } from "./ExportFormat.ts"

export const countsText = (rows: ReadonlyMap<StoreTable, number>): string =>
  storeTables.map(({ name }) => `${(rows.get(name) ?? 0).toLocaleString("en")} ${name.replace("_", " ")}`).join(", ")

/** Returns the time, and the most memory that this process had at once. */
export const costSince = (since: number): Effect.Effect<string> =>
  Effect.map(
    Clock.currentTimeMillis,
    (now) =>
      `It took ${((now - since) / 1_000).toFixed(1)} s and at most ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB of memory.`
  )
