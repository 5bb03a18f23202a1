/** Loads what is missing: by itself within one screen of the view, or when asked. One load at a time. */
import { type Accessor, createEffect, createSignal, on, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"

export interface GapLoads {
  readonly loading: Accessor<boolean>
  /** The last load did not succeed: nothing is loaded by itself until the connection is back or somebody asks. */
  readonly failed: Accessor<boolean>
  /** After the load that is under way. */
  readonly load: (before: number) => Promise<boolean>
}

export const createGapLoads = (model: ConversationModel, items: TimelineItems, scroll: TimelineScroll): GapLoads => {
  const [loading, setLoading] = createSignal(false)
  const [failed, setFailed] = createSignal(false)
  // What the last load that changed nothing was asked for: not asked again by itself.
  let fruitless: string | undefined

  let current: Promise<unknown> = Promise.resolve()
  const run = async (before: number): Promise<boolean> => {
    setLoading(true)
    const version = model.open.view()?.version
    const result = await model.open.loadOlder(before)
    fruitless = result === "loaded" && untrack(model.open.view)?.version === version ? `${before}` : undefined
    setFailed(result !== "loaded")
    setLoading(false)
    return result === "loaded"
  }
  const load = (before: number): Promise<boolean> => {
    const loaded = current.then(() => run(before))
    current = loaded
    return loaded
  }
  const check = () => {
    if (untrack(loading) || untrack(failed) || !untrack(scroll.placed)) return
    // What just came is not among the items before the next frame.
    if (untrack(items.shown) !== untrack(model.open.view)) return
    const [first, last] = scroll.around(1)
    const keys = untrack(items.keys)
    for (let at = last; at >= first; at--) {
      const item = items.get(keys[at] ?? "")
      if (item?.kind !== "gap" || fruitless === `${item.to + 1}`) continue
      void load(item.to + 1)
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
  return { loading, failed, load }
}
