/**
 * Where the timeline stands: begins where the person left off, follows the end while there, and keeps its place
 * elsewhere.
 */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import { createFollowing, type Following, followsAfter } from "./createFollowing.ts"
import { createScrollTo } from "./createScrollTo.ts"
import { createStart } from "./createStart.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { newBelow } from "./feedLookups.ts"
import { lastRowInView } from "./itemLookups.ts"
import { perFrame } from "./perFrame.ts"
import { type ViewRange, viewRange } from "./viewRange.ts"

/** More than fits between the last item and the end of what scrolls. */
const beyondEnd = 200

export interface TimelineScroll extends ViewRange, Pick<Following, "following" | "toEnd"> {
  readonly attach: (handle: VirtualizerHandle | undefined) => void
  readonly onScroll: () => void
  readonly onResize: () => void
  /** The person moves by hand. */
  readonly onTouched: () => void
  /** Counts movements and changes: what is in view may be another. */
  readonly moved: Accessor<number>
  /** Others' messages below the view that are not read, counted to Limits.unreadCap; 0 while the end is followed. */
  readonly newCount: Accessor<number>
  /** Whether the first place was found: before that nothing in view is what is looked at. */
  readonly placed: Accessor<boolean>
  /** The end is followed no more until one is there again. */
  readonly stay: () => void
  readonly toKey: (key: string, align: "start" | "center" | "nearest") => void
}

/** The end is left for what grows: until the list has measured it, the end still seems to be in view. */
const createLeaving = (handle: () => VirtualizerHandle | undefined) => {
  let size: number | undefined
  return {
    begin: () => {
      size = handle()?.scrollSize
    },
    end: () => {
      size = undefined
    },
    isOver: (now: number) => {
      if (now === size) return false
      size = undefined
      return true
    }
  }
}

export const createTimelineScroll = (
  model: ConversationModel,
  items: () => TimelineItems,
  feed: () => HTMLElement | undefined
): TimelineScroll => {
  let list: VirtualizerHandle | undefined
  const handle = () => list
  const [moved, setMoved] = createSignal(0)
  const [placed, setPlaced] = createSignal(false)
  const scrollTo = createScrollTo(() => untrack(feed), handle)
  const end = createFollowing(scrollTo)
  const range = viewRange(handle, () => untrack(items().keys).length)
  const newCount = createMemo(() => {
    if (end.following() || !placed()) return 0
    moved()
    return newBelow(items().shown(), model.summary(), lastRowInView(items(), range)?.seq ?? 0, model.me())
  })
  let before = { offset: 0, size: 0 }
  const leaving = createLeaving(handle)

  const onScroll = () => {
    if (list === undefined) return
    setPlaced(true)
    const now = { offset: list.scrollOffset, size: list.scrollSize, viewport: list.viewportSize }
    if (leaving.isOver(now.size)) start.follow(followsAfter(untrack(end.following), before, now))
    before = now
    setMoved((n) => n + 1)
  }
  /** With little to scroll no event tells where a step led: looked at when it is drawn and measured. */
  const measured = perFrame(() => {
    start.onMeasured()
    onScroll()
  })
  const drawn = perFrame(measured.schedule)
  const start = createStart({ model, items, range, end, scrollTo, handle, onBegun: drawn.schedule })

  const onShown = () => {
    if (start.keep()) end.onShown()
    setMoved((n) => n + 1)
  }
  createEffect(on(() => items().shown(), onShown, { defer: true }))
  onCleanup(() => {
    start.remember()
    drawn.cancel()
    measured.cancel()
  })

  return {
    ...range,
    following: end.following,
    newCount,
    toEnd: () => {
      start.leave(true)
      end.toEnd()
      // By a step of the list, too, as whatever one is led to: it ends one that is still on its way elsewhere.
      list?.scrollToIndex(untrack(items().keys).length - 1, { align: "end", offset: beyondEnd })
    },
    attach: (next) => {
      if (next === undefined) start.remember()
      list = next
      start.again()
    },
    onScroll,
    onResize: onShown,
    onTouched: () => {
      leaving.end()
      start.leave()
    },
    stay: () => {
      leaving.begin()
      start.leave()
      end.follow(false)
    },
    moved,
    placed,
    toKey: (key, align) => {
      const at = items().indexOf(key)
      if (at < 0 || list === undefined) return
      start.leave()
      // While the end is followed it is in view, or will be with the next frame: until then the list takes what was in
      // view before for near.
      const isAbove = untrack(end.following) && list.getItemOffset(at) < list.scrollSize - list.viewportSize
      if (align !== "nearest" || isAbove) end.follow(false)
      list.scrollToIndex(at, { align: align === "nearest" && isAbove ? "start" : align })
      drawn.schedule()
    }
  }
}
