/** Finding things among the timeline's items. */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { untrack } from "solid-js"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineItem } from "./timelineItems.ts"
import type { ViewRange } from "./viewRange.ts"

export const isRow = (item: TimelineItem | undefined): boolean => item?.kind === "post" || item?.kind === "system"

/** Whether the divider stands before the first unread message: what lies before it is loaded. */
export const isDividerRight = (items: TimelineItems, after: number): boolean => {
  const keys = untrack(items.keys)
  const at = items.indexOf("unread")
  const before = items.get(keys[at - 1] ?? "")
  const previous = before?.kind === "day" ? items.get(keys[at - 2] ?? "") : before
  return at >= 0 && !(previous?.kind === "gap" && previous.to > after)
}

/** The last stored row that is in view to its end. */
export const lastRowInView = (items: Pick<TimelineItems, "get" | "keys">, range: ViewRange): MessageRow | undefined => {
  const keys = untrack(items.keys)
  const [first] = range.around(0)
  for (let at = range.lastWhole(); at >= first; at--) {
    const item = items.get(keys[at] ?? "")
    const row = item?.kind === "post" || item?.kind === "system" ? item.row : undefined
    if (row !== undefined) return row
  }
  return undefined
}
