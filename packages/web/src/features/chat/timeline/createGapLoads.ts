/**
 * Loads missing rows: automatically within one screen of the view, or on request. One load at a time. Of a gap it loads
 * the page next to the rows that are being read. From its other end the gap would stay in view, and the loads would
 * continue until the whole gap was loaded.
 */
import type { PagePlace } from "@hibiki/core/client/feed/Feed"
import { type Accessor, createEffect, createSignal, on, untrack } from "solid-js"
import type { App, OpenConversation } from "../../../model/App.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"
import { isRow } from "./createTimelineScroll.ts"
import type { TimelineItem } from "./timelineItems.ts"

type Gap = TimelineItem & { readonly kind: "gap" }

export interface GapLoads {
  readonly loading: Accessor<boolean>
  /** The last load failed: no automatic load until the connection is restored or the user requests one. */
  readonly failed: Accessor<boolean>
  /** Loads a page after the current load. */
  readonly load: (place: PagePlace) => Promise<boolean>
  /** Loads the gap's page next to the rows that are being read. */
  readonly loadGap: (gap: Gap) => void
}

export interface GapLoadsModel {
  readonly open: Pick<OpenConversation, "view" | "load">
  readonly app: Pick<App, "connection">
}

export const createGapLoads = (
  model: GapLoadsModel,
  items: Pick<TimelineItems, "keys" | "get" | "indexOf" | "shown">,
  scroll: Pick<TimelineScroll, "around" | "following" | "moved" | "placed">
): GapLoads => {
  const [loading, setLoading] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  // The place of the last load that changed nothing; it is not loaded automatically again.
  let fruitless: PagePlace | undefined

  let current: Promise<unknown> = Promise.resolve()
  const run = async (place: PagePlace): Promise<boolean> => {
    const version = model.open.view()?.version
    const result = await model.open.load(place)
    fruitless = result === "loaded" && untrack(model.open.view)?.version === version ? place : undefined
    setFailed(result !== "loaded")
    return result === "loaded"
  }
  const load = (place: PagePlace): Promise<boolean> => {
    setLoading(true)
    const loaded = current.then(() => run(place))
    current = loaded
    void loaded.then(() => current === loaded && setLoading(false))
    return loaded
  }
  const nextToRead = (gap: Gap, at: number): PagePlace => {
    const [first, last] = scroll.around(0)
    // The rows that are being read keep their position when rows arrive: the end while it is followed, else the first
    // row in view.
    const isBelow =
      !untrack(scroll.following) &&
      untrack(items.keys)
        .slice(first, Math.min(last + 1, at))
        .some((key) => isRow(items.get(key)))
    return isBelow ? { after: gap.from - 1 } : { before: gap.to + 1 }
  }
  const check = () => {
    if (untrack(loading) || untrack(failed) || !untrack(scroll.placed)) return
    // Rows that have just arrived become items in the next frame.
    if (untrack(items.shown) !== untrack(model.open.view)) return
    const [first, last] = scroll.around(1)
    const keys = untrack(items.keys)
    for (let at = last; at >= first; at--) {
      const item = items.get(keys[at] ?? "")
      if (item?.kind !== "gap") continue
      const place = nextToRead(item, at)
      if (fruitless?.after === place.after && fruitless?.before === place.before) continue
      void load(place)
      return
    }
  }
  createEffect(on([scroll.moved, scroll.placed, items.shown, loading], check))
  createEffect(
    on(
      () => model.app.connection()._tag === "live",
      (live) => {
        if (!live) return
        fruitless = undefined
        setFailed(false)
        check()
      }
    )
  )
  return { loading, failed, load, loadGap: (gap) => void load(nextToRead(gap, items.indexOf(gap.key))) }
}
