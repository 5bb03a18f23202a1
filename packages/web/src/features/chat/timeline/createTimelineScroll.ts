/** Where the timeline stands: follows the end while there, keeps its place elsewhere, and remembers it for the next time. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { newestSeq, othersAbove } from "./feedLookups.ts"
import { placeOf, rememberPlace } from "./scrollMemory.ts"
import { type ViewRange, viewRange } from "./viewRange.ts"

/** Closer to the end than this is at the end. */
const nearEnd = 48
/** More than fits between the last item and the end of what scrolls. */
const beyondEnd = 200
/** What is seen above the divider when a conversation opens at it. */
const aboveDivider = 48

export interface TimelineScroll extends ViewRange {
  readonly attach: (handle: VirtualizerHandle | undefined) => void
  readonly onScroll: () => void
  readonly onResize: () => void
  readonly following: Accessor<boolean>
  /** Others' messages that came since the end was left. */
  readonly newCount: Accessor<number>
  /** Counts movements and changes: what is in view may be another. */
  readonly moved: Accessor<number>
  /** Whether the first place was found: before that nothing in view is what is looked at. */
  readonly placed: Accessor<boolean>
  readonly toEnd: () => void
  readonly toKey: (key: string, align: "start" | "center" | "nearest") => void
}

export interface ScrollStand {
  readonly offset: number
  readonly size: number
  readonly viewport: number
}

/** Whether the end is followed after a movement: only going up leaves it. What grows below is followed, what shrinks takes the place along. */
export const followsAfter = (following: boolean, before: Pick<ScrollStand, "offset" | "size">, now: ScrollStand): boolean => {
  if (now.size - now.offset - now.viewport <= nearEnd) return true
  const shrunk = Math.max(0, before.size - now.size)
  return following && now.offset >= before.offset - shrunk - 1
}

export const createTimelineScroll = (model: ConversationModel, items: () => TimelineItems): TimelineScroll => {
  let handle: VirtualizerHandle | undefined
  const [following, setFollowing] = createSignal(true)
  const [newCount, setNewCount] = createSignal(0)
  const [moved, setMoved] = createSignal(0)
  const [placed, setPlaced] = createSignal(false)
  const range = viewRange(
    () => handle,
    () => untrack(items().keys).length
  )
  let before = { offset: 0, size: 0 }
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
    setPlaced(true)
    const now = { offset: handle.scrollOffset, size: handle.scrollSize, viewport: handle.viewportSize }
    follow(followsAfter(untrack(following), before, now))
    before = now
    setMoved((n) => n + 1)
  }
  /** With little to scroll no event tells where a step led. */
  const lookSoon = () => requestAnimationFrame(() => requestAnimationFrame(onScroll))
  const start = () => {
    const divider = items().indexOf("unread")
    const place = divider >= 0 ? { key: "unread", into: -aboveDivider } : placeOf(model.id)
    const at = place === undefined ? -1 : items().indexOf(place.key)
    lookSoon()
    if (place === undefined || at < 0) return toEnd()
    follow(false)
    handle?.scrollToIndex(at, { align: "start", offset: place.into })
  }
  const remember = () => {
    const [at] = range.around(0)
    const key = untrack(items().keys)[at]
    if (handle === undefined || key === undefined) return
    rememberPlace(model.id, untrack(following) ? undefined : { key, into: handle.scrollOffset - handle.getItemOffset(at) })
  }
  const onShown = () => {
    if (untrack(following)) toEnd()
    else setNewCount(othersAbove(untrack(items().shown), leftAt, untrack(model.me)).length)
    setMoved((n) => n + 1)
  }
  createEffect(on(() => items().shown(), onShown, { defer: true }))
  onCleanup(remember)

  return {
    ...range,
    attach: (next) => {
      if (next === undefined) remember()
      handle = next
      if (next !== undefined) start()
    },
    onScroll,
    onResize: () => {
      if (untrack(following)) toEnd()
      setMoved((n) => n + 1)
    },
    following,
    newCount,
    moved,
    placed,
    toEnd,
    toKey: (key, align) => {
      const at = items().indexOf(key)
      if (at < 0 || handle === undefined) return
      if (align !== "nearest") follow(false)
      handle.scrollToIndex(at, { align })
      lookSoon()
    }
  }
}
