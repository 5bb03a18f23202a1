/** Where the timeline stands: follows the end while there, keeps its place elsewhere, loads what is missing near it. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { newestSeq, othersAbove } from "./feedLookups.ts"
import { placeOf, rememberPlace } from "./scrollMemory.ts"

/** Closer to the end than this is at the end. */
const nearEnd = 48
/** More than fits between the last item and the end of what scrolls. */
const beyondEnd = 200

export interface TimelineScroll {
  readonly attach: (handle: VirtualizerHandle | undefined) => void
  readonly onScroll: () => void
  readonly onResize: () => void
  readonly following: Accessor<boolean>
  /** Others' messages that came since the end was left. */
  readonly newCount: Accessor<number>
  /** Counts movements and changes: what is in view may be another. */
  readonly moved: Accessor<number>
  readonly toEnd: () => void
  readonly toKey: (key: string, align: "start" | "center" | "nearest") => void
  /** Places of the first and last items that are in view. */
  readonly range: () => readonly [first: number, last: number]
  /** The place of the last item that is in view to its end. */
  readonly lastWhole: () => number
  /** From the top of the view to this far above and below it, in heights of the view. */
  readonly around: (views: number) => readonly [first: number, last: number]
}

export const createTimelineScroll = (model: ConversationModel, items: () => TimelineItems): TimelineScroll => {
  let handle: VirtualizerHandle | undefined
  const [following, setFollowing] = createSignal(true)
  const [newCount, setNewCount] = createSignal(0)
  const [moved, setMoved] = createSignal(0)
  let last = { offset: 0, size: 0 }
  let leftAt = 0

  const toEnd = () => {
    setFollowing(true)
    const count = untrack(items().keys).length
    if (count > 0) handle?.scrollToIndex(count - 1, { align: "end", offset: beyondEnd })
  }
  const follow = (now: boolean) => {
    if (!now && untrack(following)) leftAt = newestSeq(untrack(items().shown))
    if (now) setNewCount(0)
    setFollowing(now)
  }
  const onScroll = () => {
    if (handle === undefined) return
    const { scrollOffset: offset, scrollSize: size, viewportSize } = handle
    if (size - offset - viewportSize <= nearEnd) follow(true)
    // Only going up leaves the end: what grows below is followed, and what shrinks takes the place along.
    else if (offset < last.offset - 1 && size >= last.size) follow(false)
    last = { offset, size }
    setMoved((n) => n + 1)
  }
  const onResize = () => {
    if (untrack(following)) toEnd()
    setMoved((n) => n + 1)
  }
  const start = () => {
    const { indexOf } = items()
    const divider = indexOf("unread")
    const place = divider >= 0 ? { key: "unread", into: -48 } : placeOf(model.id)
    const at = place === undefined ? -1 : indexOf(place.key)
    if (place === undefined || at < 0) return toEnd()
    follow(false)
    handle?.scrollToIndex(at, { align: "start", offset: place.into })
    // With little below it this is the end as well, and no scroll event may tell.
    requestAnimationFrame(() => requestAnimationFrame(onScroll))
  }
  const span = (from: number, to: number): readonly [number, number] => {
    const count = untrack(items().keys).length
    if (handle === undefined || count === 0) return [0, -1]
    return [handle.findItemIndex(Math.max(0, from)), Math.min(count - 1, handle.findItemIndex(Math.max(0, to)))]
  }
  const around = (views: number) => {
    const { scrollOffset, viewportSize } = handle ?? last0
    return span(scrollOffset - views * viewportSize, scrollOffset + (1 + views) * viewportSize - 1)
  }
  const remember = () => {
    if (handle === undefined) return
    const at = span(handle.scrollOffset, handle.scrollOffset)[0]
    const key = untrack(items().keys)[at]
    rememberPlace(
      model.id,
      untrack(following) || key === undefined ? undefined : { key, into: handle.scrollOffset - handle.getItemOffset(at) }
    )
  }

  createEffect(
    on(
      () => items().shown(),
      (view) => {
        if (following()) toEnd()
        else setNewCount(othersAbove(view, leftAt, model.me()).length)
        setMoved((n) => n + 1)
      },
      { defer: true }
    )
  )
  onCleanup(remember)

  return {
    attach: (next) => {
      if (next === undefined) remember()
      handle = next
      if (next !== undefined) start()
    },
    onScroll,
    onResize,
    following,
    newCount,
    moved,
    toEnd,
    toKey: (key, align) => {
      const at = items().indexOf(key)
      if (at < 0 || handle === undefined) return
      if (align !== "nearest") follow(false)
      handle.scrollToIndex(at, { align })
      requestAnimationFrame(() => requestAnimationFrame(onScroll))
    },
    range: () => around(0),
    around,
    lastWhole: () => {
      const [first, end] = around(0)
      if (handle === undefined || end < 0) return -1
      const bottom = handle.scrollOffset + handle.viewportSize + 8
      return end > first && handle.getItemOffset(end) + handle.getItemSize(end) > bottom ? end - 1 : end
    }
  }
}

const last0 = { scrollOffset: 0, viewportSize: 0 }
