/** Where the timeline stands: follows the end while there, keeps its place elsewhere, and remembers it for the next time. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import { createFollowing, type Following, followsAfter } from "./createFollowing.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { placeOf, rememberPlace } from "./scrollMemory.ts"
import { type ViewRange, viewRange } from "./viewRange.ts"

/** What is seen above the divider when a conversation opens at it. */
const aboveDivider = 48

export interface TimelineScroll extends ViewRange, Pick<Following, "following" | "newCount" | "toEnd"> {
  readonly attach: (handle: VirtualizerHandle | undefined) => void
  readonly onScroll: () => void
  readonly onResize: () => void
  /** The person moves by hand. */
  readonly onTouched: () => void
  /** Counts movements and changes: what is in view may be another. */
  readonly moved: Accessor<number>
  /** Whether the first place was found: before that nothing in view is what is looked at. */
  readonly placed: Accessor<boolean>
  readonly toKey: (key: string, align: "start" | "center" | "nearest") => void
}

export const createTimelineScroll = (model: ConversationModel, items: () => TimelineItems): TimelineScroll => {
  let handle: VirtualizerHandle | undefined
  const [moved, setMoved] = createSignal(0)
  const [placed, setPlaced] = createSignal(false)
  const end = createFollowing(model, items, () => handle)
  const range = viewRange(
    () => handle,
    () => untrack(items().keys).length
  )
  let before = { offset: 0, size: 0 }
  // Opened at the divider, and not moved from there by hand.
  let atDivider = false

  const onScroll = () => {
    if (handle === undefined) return
    setPlaced(true)
    const now = { offset: handle.scrollOffset, size: handle.scrollSize, viewport: handle.viewportSize }
    end.follow(followsAfter(untrack(end.following), before, now))
    before = now
    setMoved((n) => n + 1)
  }
  /** With little to scroll no event tells where a step led. */
  const lookSoon = () => requestAnimationFrame(() => requestAnimationFrame(onScroll))
  const start = () => {
    const divider = items().indexOf("unread")
    atDivider = divider >= 0
    const place = atDivider ? { key: "unread", into: -aboveDivider } : placeOf(model.id)
    const at = place === undefined ? -1 : items().indexOf(place.key)
    lookSoon()
    if (place === undefined || at < 0) return end.toEnd()
    end.follow(false)
    handle?.scrollToIndex(at, { align: "start", offset: place.into })
  }
  const remember = () => {
    const [at] = range.around(0)
    const key = untrack(items().keys)[at]
    if (handle === undefined || key === undefined) return
    rememberPlace(model.id, untrack(end.following) ? undefined : { key, into: handle.scrollOffset - handle.getItemOffset(at) })
  }
  const onShown = () => {
    end.onShown()
    setMoved((n) => n + 1)
  }
  const onUnread = (unread: object | undefined) => {
    // What was unread had been read elsewhere: then the end is the place.
    if (unread === undefined && atDivider) end.toEnd()
    if (unread === undefined) atDivider = false
  }
  createEffect(on(() => items().shown(), onShown, { defer: true }))
  createEffect(on(model.opening.unread, onUnread, { defer: true }))
  onCleanup(remember)

  return {
    ...range,
    following: end.following,
    newCount: end.newCount,
    toEnd: end.toEnd,
    attach: (next) => {
      if (next === undefined) remember()
      handle = next
      if (next !== undefined) start()
    },
    onScroll,
    onResize: () => {
      if (untrack(end.following)) end.toEnd()
      setMoved((n) => n + 1)
    },
    onTouched: () => {
      atDivider = false
    },
    moved,
    placed,
    toKey: (key, align) => {
      const at = items().indexOf(key)
      if (at < 0 || handle === undefined) return
      atDivider = false
      if (align !== "nearest") end.follow(false)
      handle.scrollToIndex(at, { align })
      lookSoon()
    }
  }
}
