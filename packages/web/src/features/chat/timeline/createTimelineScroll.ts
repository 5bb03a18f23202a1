/**
 * The timeline's scroll position: starts where the person left off, follows the end while there, and stays in place
 * elsewhere.
 */

import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import { perFrame } from "../../../lib/perFrame.ts"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { newBelow } from "./feedLookups.ts"
import type { TimelineItem } from "./timelineItems.ts"

/** Larger than the distance (px) between the last item and the end of the scrolled content. */
const beyondEnd = 200

export interface TimelineScroll extends ViewRange, Pick<Following, "following" | "toEnd"> {
  readonly attach: (handle: VirtualizerHandle | undefined) => void
  readonly onScroll: () => void
  readonly onResize: () => void
  /** Called when the person scrolls by hand. */
  readonly onTouched: () => void
  /** Counts movements and changes. With each, other items may be in view. */
  readonly moved: Accessor<number>
  /** Unread messages of others below the view, counted to Limits.unreadCap; 0 while the end is followed. */
  readonly newCount: Accessor<number>
  /** Whether the first position is set. Before that, the person does not yet look at the items in view. */
  readonly placed: Accessor<boolean>
  /** Stops following the end until the view reaches the end again. */
  readonly stay: () => void
  readonly toKey: (key: string, align: "start" | "center" | "nearest") => void
}

/** Leaves the end because something grows. Until the list has measured it, the end still seems to be in view. */
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
  /** With little to scroll, a step fires no scroll event. So look at the position after it is drawn and measured. */
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
      // Also by a step of the list: it ends a step that is still on its way elsewhere.
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
      const isAbove = untrack(end.following) && isAboveEnd(list, at)
      if (align !== "nearest" || isAbove) end.follow(false)
      list.scrollToIndex(at, { align: align === "nearest" && isAbove ? "start" : align })
      drawn.schedule()
    }
  }
}

/**
 * Whether an item begins above the view at the end. While the end is followed, the view is there, or will be with the
 * next frame. Until then the list computes what is nearest from the earlier view.
 */
const isAboveEnd = (list: VirtualizerHandle, at: number): boolean =>
  list.getItemOffset(at) < list.scrollSize - list.viewportSize

// The first position: at the first unread message when it is loaded, else where the person left off, else at the end.

/** Space (px) that stays visible above the divider when a conversation opens at it. */
const aboveDivider = 48

interface Start {
  /** Called when another list shows the items and must find its position. */
  readonly again: () => void
  /**
   * Called when items or sizes have changed. Goes to the first position once there is one, and stays at the divider.
   * Returns true if the timeline had already begun.
   */
  readonly keep: () => boolean
  /** Called after a movement that may start or stop following the end. */
  readonly follow: (follows: boolean) => void
  /**
   * Called when the person moves elsewhere: leaves the divider. `toEnd`: if the timeline has not begun, it begins at
   * the end.
   */
  readonly leave: (toEnd?: boolean) => void
  /** Called when the items at the first position are drawn and measured. */
  readonly onMeasured: () => void
  /** Remembers the position for the next time that the conversation is opened. */
  readonly remember: () => void
}

interface StartParts {
  readonly model: ConversationModel
  readonly items: () => TimelineItems
  readonly range: ViewRange
  readonly end: Following
  readonly scrollTo: ScrollTo
  readonly handle: () => VirtualizerHandle | undefined
  /** Called when a step has begun: its position must be checked after the items are drawn. */
  readonly onBegun: () => void
}

const createStart = ({ end, handle, items, model, onBegun, range, scrollTo }: StartParts): Start => {
  // False until there is a row: gaps alone are no position to begin at.
  let begun = false
  // Keep the divider in view until the person moves by hand, or until the end is also in view.
  let atDivider = false
  let atEnd = false
  // The remembered position, until its items are drawn and measured.
  let left: Place | undefined

  const divider = dividerOf(model, items, range)
  const toDivider = () => {
    end.follow(false)
    scrollTo((list) => list.getItemOffset(divider.at()) - aboveDivider)
  }
  const toLeft = (place: Place) => {
    left = place
    end.follow(false)
    scrollTo((list) => list.getItemOffset(Math.max(0, items().indexOf(place.key))) + place.into)
  }
  const begin = () => {
    if (handle() === undefined || !untrack(items().keys).some((key) => isRow(items().get(key)))) return
    begun = true
    left = undefined
    onBegun()
    atDivider = !atEnd && divider.isHere()
    if (atDivider) return toDivider()
    const place = atEnd ? undefined : placeOf(model.id)
    atEnd = false
    if (place === undefined || items().indexOf(place.key) < 0) return end.toEnd()
    toLeft(place)
  }
  const onUnread = (unread: object | undefined) => {
    const was = atDivider
    atDivider = false
    // Either the user had read these messages elsewhere, or more arrived without the page's attention. Both give
    // another position to begin at.
    if (was || (unread !== undefined && untrack(end.following))) begun = false
  }
  createEffect(on(model.opening.unread, onUnread, { defer: true }))

  return {
    again: () => {
      begun = false
      begin()
    },
    keep: () => {
      if (!begun) {
        begin()
        return false
      }
      if (atDivider) toDivider()
      else if (left !== undefined) toLeft(left)
      return true
    },
    follow: (follows) => {
      // Sizes are estimates before they are measured: the end may seem near while it is not.
      if (left !== undefined || (atDivider && !(follows && divider.isSeen() && untrack(model.app.attentive)))) return
      atDivider = false
      end.follow(follows)
    },
    leave: (toEnd = false) => {
      atDivider = false
      left = undefined
      atEnd = toEnd && !begun
    },
    onMeasured: () => {
      left = undefined
    },
    remember: () => {
      const list = handle()
      const [at] = range.around(0)
      const key = untrack(items().keys)[at]
      if (!begun || list === undefined || key === undefined) return
      rememberPlace(
        model.id,
        untrack(end.following) ? undefined : { key, into: list.scrollOffset - list.getItemOffset(at) }
      )
    }
  }
}

/** The divider before the first unread message. */
const dividerOf = (model: ConversationModel, items: () => TimelineItems, range: ViewRange) => {
  const at = () => items().indexOf("unread")
  return {
    at,
    /** Whether the items before the divider are loaded. */
    isHere: () => {
      const after = untrack(model.opening.unread)?.after
      return after !== undefined && isDividerRight(items(), after)
    },
    isSeen: () => {
      const [first, last] = range.around(0)
      return at() >= first && at() <= last
    }
  }
}

// Following the end of the timeline: while the view is there, new messages scroll into view.

/** Within this distance (px) the view counts as being at the end. */
const nearEnd = 48

interface Following {
  readonly following: Accessor<boolean>
  readonly follow: (now: boolean) => void
  readonly toEnd: () => void
  /** Called when the items have changed: stays at the end if it is followed. */
  readonly onShown: () => void
}

interface ScrollStand {
  readonly offset: number
  readonly size: number
  readonly viewport: number
}

/**
 * Whether the end is followed after a movement: only scrolling up leaves it. The view follows content that grows below.
 * Content that shrinks moves the position with it.
 */
export const followsAfter = (
  following: boolean,
  before: Pick<ScrollStand, "offset" | "size">,
  now: ScrollStand
): boolean => {
  if (now.size - now.offset - now.viewport <= nearEnd) return true
  const shrunk = Math.max(0, before.size - now.size)
  return following && now.offset >= before.offset - shrunk - 1
}

const createFollowing = (scrollTo: ScrollTo): Following => {
  const [following, setFollowing] = createSignal(true)
  const toEnd = () => {
    setFollowing(true)
    scrollTo((list) => list.scrollSize)
  }
  return {
    following,
    follow: setFollowing,
    toEnd,
    onShown: () => {
      if (untrack(following)) toEnd()
    }
  }
}

// Scrolls once. If sizes change after measuring, the caller requests the position again.

/**
 * Scrolls to the given px from the start, computed by the list once it knows its items. A position below the end means
 * the end.
 */
type ScrollTo = (top: (list: VirtualizerHandle) => number) => void

/**
 * Used instead of the list's own steps. These continue until nothing was measured for a while, and so undo what the
 * person scrolls meanwhile, such as the first movement after a conversation was opened.
 */
const createScrollTo = (feed: () => HTMLElement | undefined, handle: () => VirtualizerHandle | undefined): ScrollTo => {
  let wanted: ((list: VirtualizerHandle) => number) | undefined
  const go = () => {
    const list = handle()
    const node = feed()
    const top = wanted
    wanted = undefined
    if (list !== undefined && top !== undefined) node?.scrollTo({ top: top(list), behavior: "instant" })
  }
  return (top) => {
    // Draw the items first.
    if (wanted === undefined) queueMicrotask(go)
    wanted = top
  }
}

/** The items of a virtual list that are in view, by index. */
interface ViewRange {
  /** The items from `views` view heights above the view to as many below it. Without items: `[0, -1]`. */
  readonly around: (views: number) => readonly [first: number, last: number]
  /** The last item whose end is in view, or the only item when it fills the view; -1: none. */
  readonly lastWhole: () => number
}

/** An item counts as whole even if this much (px) of its end is out of view. */
const tolerance = 8

const viewRange = (handle: () => VirtualizerHandle | undefined, count: () => number): ViewRange => {
  const around = (views: number): readonly [number, number] => {
    const list = handle()
    if (list === undefined || count() === 0) return [0, -1]
    const { scrollOffset, viewportSize } = list
    const from = Math.max(0, scrollOffset - views * viewportSize)
    const to = Math.max(0, scrollOffset + (1 + views) * viewportSize - 1)
    return [list.findItemIndex(from), Math.min(count() - 1, list.findItemIndex(to))]
  }
  return {
    around,
    lastWhole: () => {
      const [first, last] = around(0)
      const list = handle()
      if (list === undefined || last < 0) return -1
      const bottom = list.scrollOffset + list.viewportSize + tolerance
      return last > first && list.getItemOffset(last) + list.getItemSize(last) > bottom ? last - 1 : last
    }
  }
}

/**
 * The position at which the user left each conversation, in the memory of this page. Bound: the latest `kept`
 * conversations.
 */
interface Place {
  /** The first item in view, and how far (px) its top is above the view's. */
  readonly key: string
  readonly into: number
}

const kept = 100
const places = new Map<ConversationId, Place>()

/** `undefined`: at the end, which needs no entry. */
const rememberPlace = (id: ConversationId, place: Place | undefined): void => {
  places.delete(id)
  if (place === undefined) return
  places.set(id, place)
  const oldest = places.keys().next()
  if (places.size > kept && oldest.done !== true) places.delete(oldest.value)
}

const placeOf = (id: ConversationId): Place | undefined => places.get(id)

/** Queries over the timeline's items. */
export const isRow = (item: TimelineItem | undefined): boolean => item?.kind === "post" || item?.kind === "system"

/** Whether the divider stands before the first unread message, which requires that the items before it are loaded. */
export const isDividerRight = (items: TimelineItems, after: number): boolean => {
  const keys = untrack(items.keys)
  const at = items.indexOf("unread")
  const before = items.get(keys[at - 1] ?? "")
  const previous = before?.kind === "day" ? items.get(keys[at - 2] ?? "") : before
  return at >= 0 && !(previous?.kind === "gap" && previous.to > after)
}

/** Returns the last stored row whose end is in view. */
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
