/** The day of what stands at the top of the view, while somebody reads back and its line is out of view. */
import { type Accessor, createMemo, untrack } from "solid-js"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"

/** Rows without a line of their own say no more than the day of their first. */
export const createTopDay = (items: TimelineItems, scroll: TimelineScroll): Accessor<number | undefined> =>
  createMemo(() => {
    scroll.moved()
    if (scroll.following()) return undefined
    const keys = untrack(items.keys)
    const [first] = scroll.around(0)
    const item = items.get(keys[first] ?? "")
    if (item?.kind === "post") return dayOf(item.at)
    return item?.kind === "system" ? dayOf(item.row.at) : undefined
  })

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0)
