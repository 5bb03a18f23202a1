/**
 * What an open feed asks for to be whole where the user looks: its newest rows, then what may have changed under it.
 * Plain.
 */
import { Limits } from "../../domain/Limits.ts"
import type { Feed } from "./Feed.ts"

export type Repair =
  | { readonly _tag: "latest" }
  | { readonly _tag: "changed"; readonly asOf: number; readonly from: number; readonly to: number }

/** The next thing to ask for. Gaps in the middle are left to the user, who sees and opens them. */
export const nextRepair = (feed: Feed): Repair | undefined => {
  const last = feed.gaps[feed.gaps.length - 1]
  if (last !== undefined && last.to >= feed.cursor) return { _tag: "latest" }
  if (feed.log.at === undefined) return { _tag: "latest" }
  const stale = feed.stale[feed.stale.length - 1]
  if (stale === undefined) return undefined
  return {
    _tag: "changed",
    asOf: stale.asOf,
    from: Math.max(stale.from, stale.to - Limits.changedWindow + 1),
    to: stale.to
  }
}
