/**
 * Where the timeline stands: begins where the person left off, follows the end while there, and keeps its place
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
      const isAbove = untrack(end.following) && isAboveEnd(list, at)
      if (align !== "nearest" || isAbove) end.follow(false)
      list.scrollToIndex(at, { align: align === "nearest" && isAbove ? "start" : align })
      drawn.schedule()
    }
  }
}

/**
 * Whether an item begins above the view at the end. While the end is followed it is in view, or will be with the next
 * frame: until then the list takes what was in view before for near.
 */
const isAboveEnd = (list: VirtualizerHandle, at: number): boolean =>
  list.getItemOffset(at) < list.scrollSize - list.viewportSize

// Where a conversation begins: at what is unread when that is here, else where it was left, else at its end.

/** What is seen above the divider when a conversation opens at it. */
const aboveDivider = 48

interface Start {
  /** Another list shows the items: it is to find its place. */
  readonly again: () => void
  /**
   * To be called when items or sizes are others: goes to the first place once there is one, and stays at the divider.
   * True: it has begun before.
   */
  readonly keep: () => boolean
  /** After a movement that lets the end be followed or left. */
  readonly follow: (follows: boolean) => void
  /** The person goes elsewhere: the divider is left. `toEnd`: and not gone to, where it has not begun. */
  readonly leave: (toEnd?: boolean) => void
  /** What it began with is drawn and measured. */
  readonly onMeasured: () => void
  /** For the next time that the conversation is opened. */
  readonly remember: () => void
}

interface StartParts {
  readonly model: ConversationModel
  readonly items: () => TimelineItems
  readonly range: ViewRange
  readonly end: Following
  readonly scrollTo: ScrollTo
  readonly handle: () => VirtualizerHandle | undefined
  /** Where a step led is to be looked at when it is drawn. */
  readonly onBegun: () => void
}

const createStart = ({ end, handle, items, model, onBegun, range, scrollTo }: StartParts): Start => {
  // Nothing but gaps is no place to begin at.
  let begun = false
  // The divider is kept in view until the person moves by hand, or has the end before them, too.
  let atDivider = false
  let atEnd = false
  // Where it was left, until what is there is drawn and measured.
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
    // What was unread had been read elsewhere, or more came while nobody looked: then there is another place to go on
    // from.
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
      // Sizes are guessed before they are measured: the end may seem to be near while it is not.
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
    /** Whether what lies before it is loaded. */
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

// Following the end of the timeline: while there, what comes is shown.

/** Closer to the end than this is at the end. */
const nearEnd = 48

interface Following {
  readonly following: Accessor<boolean>
  readonly follow: (now: boolean) => void
  readonly toEnd: () => void
  /** The items are others: goes along. */
  readonly onShown: () => void
}

interface ScrollStand {
  readonly offset: number
  readonly size: number
  readonly viewport: number
}

/**
 * Whether the end is followed after a movement: only going up leaves it. What grows below is followed, what shrinks
 * takes the place along.
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

// Scrolling that is done once: where sizes turn out to be others, whoever wants the place asks for it again.

/** To so many px from the start, told by the list once it knows its items; below the end is the end. */
type ScrollTo = (top: (list: VirtualizerHandle) => number) => void

/**
 * The list's own steps go on until nothing was measured for a while, and so take back what the person scrolls
 * meanwhile: the first movement after a conversation was opened, say.
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
    // The items that it is asked for are drawn first.
    if (wanted === undefined) queueMicrotask(go)
    wanted = top
  }
}

/** Which items of a virtual list are in view, by their places. */
interface ViewRange {
  /** From the top of the view to this far above and below it, in heights of the view. Nothing there: `[0, -1]`. */
  readonly around: (views: number) => readonly [first: number, last: number]
  /** The last item that is in view to its end, or that alone fills the view; -1: none. */
  readonly lastWhole: () => number
}

/** An item counts as whole although so much of its end is out of view. */
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

/** Where each conversation was left, in memory of this page. Bound: the latest `kept` conversations. */
interface Place {
  /** The first item in view, and how far its top is above the view's. */
  readonly key: string
  readonly into: number
}

const kept = 100
const places = new Map<ConversationId, Place>()

/** `undefined`: at the end, which needs no memory. */
const rememberPlace = (id: ConversationId, place: Place | undefined): void => {
  places.delete(id)
  if (place === undefined) return
  places.set(id, place)
  const oldest = places.keys().next()
  if (places.size > kept && oldest.done !== true) places.delete(oldest.value)
}

const placeOf = (id: ConversationId): Place | undefined => places.get(id)

/** Finding things among the timeline's items. */
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
