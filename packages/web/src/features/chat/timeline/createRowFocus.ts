/**
 * Keyboard and pointer handling in the timeline. It is one Tab stop: arrows move from row to row, Enter moves into a
 * row's buttons and links. Esc moves back to the row, and then to the composer.
 */
import { type Accessor, createEffect, createSelector, createSignal, on, onCleanup, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { RowFocus } from "../row/RowFrame.tsx"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"

export interface TimelineFocus extends RowFocus {
  /** Indexes that stay in the page because the focus is there. */
  readonly kept: () => ReadonlyArray<number>
  readonly mark: (key: string) => void
  /** Focuses a row, and scrolls it into view unless other code does. */
  readonly enter: (key: string, align?: "center" | "nearest") => void
  readonly listeners: RowPointer["listeners"] & {
    readonly onKeyDown: (event: KeyboardEvent) => void
    readonly onFocusIn: (event: FocusEvent) => void
    readonly onFocusOut: (event: FocusEvent) => void
  }
}

export const createRowFocus = (
  model: ConversationModel,
  items: TimelineItems,
  scroll: TimelineScroll,
  feed: () => HTMLElement | undefined
): TimelineFocus => {
  const pointer = createRowPointer(feed)
  const [stop, setStop] = createSignal<string>()
  const [focused, setFocused] = createSignal<string>()
  const marked = createMarkedRow()
  const isFocused = createSelector(focused)

  const isRow = (place: number) => isRowAt(items, place)
  const placeStop = () => {
    if (untrack(focused) !== undefined) return
    const keys = untrack(items.keys)
    const at = nextRow("ArrowUp", scroll.lastWhole() + 1, keys.length, isRow) ?? nextRow("End", 0, keys.length, isRow)
    setStop(at === undefined ? undefined : keys[at])
  }
  createEffect(on([items.keys, scroll.moved], placeStop))

  const articleOf = (key: string) => feed()?.querySelector<HTMLElement>(`article[data-key="${CSS.escape(key)}"]`)
  const take = takingFocus(feed, articleOf)
  const enter: TimelineFocus["enter"] = (key, align) => {
    // The row must be in the page first, wherever the view is.
    setFocused(key)
    setStop(key)
    keeper.hold(key)
    if (align !== undefined) scroll.toKey(key, align)
    take(key)
  }
  const goTo = (place: number) => {
    const key = untrack(items.keys)[place]
    if (key !== undefined) enter(key, "nearest")
  }
  const keeper = createFocusKeeper({
    feed,
    keys: items.keys,
    placeOf: items.indexOf,
    focusRow: (key) => enter(key),
    focusPlace: (place) => {
      const at = nearestRow(place, untrack(items.keys).length, isRow)
      if (at === undefined) feed()?.focus()
      else goTo(at)
    }
  })
  const onRowKey = (event: KeyboardEvent, article: HTMLElement): boolean => {
    const next = nextRow(event.key, items.indexOf(article.dataset["key"] ?? ""), untrack(items.keys).length, isRow)
    if (event.key === "Enter") buttonsIn(article)[0]?.focus()
    else if (event.key === "Escape") model.hands.focusComposer()
    else if (next !== undefined) goTo(next)
    return event.key === "Enter" || event.key === "Escape" || isRowKey(event.key)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const article = target.closest<HTMLElement>("article[data-key]")
    if (target === feed()) return onFeedKey(event, scroll)
    if (article === null || target.closest("[popover]") !== null) return
    if (article === target ? onRowKey(event, article) : onInnerKey(event, article, target)) event.preventDefault()
  }
  return {
    isStop: createSelector(stop),
    isActive: (key) => isFocused(key) || pointer.isPointed(key),
    ...marked,
    kept: () => {
      const key = focused()
      const at = key === undefined ? -1 : (items.keys(), items.indexOf(key))
      return at < 0 ? [] : [at]
    },
    enter,
    listeners: {
      ...pointer.listeners,
      onKeyDown,
      onFocusIn: (event) => {
        const key = rowKeyOf(event.target)
        setFocused(key)
        if (key !== undefined) setStop(key)
        keeper.onFocusIn(event)
      },
      onFocusOut: (event) => {
        if (!(event.relatedTarget instanceof Node) || feed()?.contains(event.relatedTarget) !== true)
          setFocused(undefined)
        keeper.onFocusOut(event)
      }
    }
  }
}

/** Whether the item at an index can get the focus. */
const isRowAt = (items: TimelineItems, place: number): boolean => {
  const kind = items.get(untrack(items.keys)[place] ?? "")?.kind
  return kind !== undefined && kind !== "day" && kind !== "unread"
}

/**
 * The browser handles other keys. Its own scrolling to the end takes a while, and stops short when sizes are measured
 * meanwhile.
 */
const onFeedKey = (event: KeyboardEvent, { toEnd }: TimelineScroll): void => {
  if (event.key !== "End") return
  toEnd()
  event.preventDefault()
}

/** Returns whether the key was used. */
const onInnerKey = (event: KeyboardEvent, article: HTMLElement, target: HTMLElement): boolean => {
  const buttons = buttonsIn(article)
  const at = buttons.indexOf(target)
  if (at < 0) return false
  const next = nextWithin(event.key, event.shiftKey, at, buttons.length)
  if (next === undefined) return false
  const node = next === "row" ? article : buttons[next]
  node?.focus({ preventScroll: true })
  return true
}

const buttonsIn = (article: HTMLElement): ReadonlyArray<HTMLElement> =>
  [...article.querySelectorAll<HTMLElement>("button, a[href]")].filter((node) => node.closest("[popover]") === null)

/**
 * Keeps the focus in the timeline when the focused element is removed from the page. The focus moves to the element's
 * row, or, if that is gone too, to the row in its place.
 */
interface FocusKeeperParts {
  readonly feed: () => HTMLElement | undefined
  readonly keys: Accessor<ReadonlyArray<string>>
  /** The index of the row among them; -1: none. */
  readonly placeOf: (key: string) => number
  readonly focusRow: (key: string) => void
  /** Focuses the row nearest to an index whose row is gone. */
  readonly focusPlace: (place: number) => void
}

interface FocusKeeper {
  /** This row will get the focus: forgets the element that had it before. */
  readonly hold: (key: string) => void
  readonly onFocusIn: (event: FocusEvent) => void
  readonly onFocusOut: (event: FocusEvent) => void
}

interface Held {
  readonly key: string
  readonly node: Element | undefined
  place: number
}

const createFocusKeeper = ({ feed, focusPlace, focusRow, keys, placeOf }: FocusKeeperParts): FocusKeeper => {
  let held: Held | undefined
  const hold = (key: string, node?: Element) => {
    held = { key, node, place: placeOf(key) }
  }
  const onMoved = () => {
    const place = held === undefined ? -1 : placeOf(held.key)
    if (held !== undefined && place >= 0) held.place = place
  }
  const onTaken = () => {
    if (held?.node === undefined || held.node.isConnected || document.activeElement !== document.body) return
    const { key, place } = held
    held = undefined
    if (placeOf(key) >= 0) focusRow(key)
    else focusPlace(place)
  }
  createEffect(on(keys, onMoved))
  createEffect(
    on(feed, (node) => {
      if (node === undefined) return
      const observer = new MutationObserver(onTaken)
      observer.observe(node, { childList: true, subtree: true })
      onCleanup(() => observer.disconnect())
    })
  )
  return {
    hold,
    onFocusIn: ({ target }) => {
      const key = rowKeyOf(target)
      held = undefined
      if (key !== undefined && target instanceof Element) hold(key, target)
    },
    onFocusOut: ({ relatedTarget }) => {
      const before = held
      if (relatedTarget !== null) held = undefined
      // Nothing has the focus now. Perhaps the element is being removed from the page, which completes in a moment. A
      // window that loses the focus gets it back.
      else
        queueMicrotask(() => {
          if (held === before && before?.node?.isConnected === true && document.hasFocus()) held = undefined
        })
    }
  }
}

/**
 * The row under a mouse, or the row touched last. The row of an open popover stays, even if the pointer passes over
 * others meanwhile.
 */
interface RowPointer {
  /** Reactive. */
  readonly isPointed: (key: string) => boolean
  readonly listeners: {
    readonly onPointerOver: (event: PointerEvent) => void
    readonly onPointerLeave: (event: PointerEvent) => void
    readonly onPointerUp: (event: PointerEvent) => void
  }
}

const createRowPointer = (feed: () => HTMLElement | undefined): RowPointer => {
  const [pointed, setPointed] = createSignal<string>()
  const isPointed = createSelector(pointed)
  const point = (key: string | undefined) => {
    if (feed()?.querySelector(":popover-open") == null) setPointed(key)
  }
  return {
    isPointed: (key) => isPointed(key),
    listeners: {
      onPointerOver: (event) => {
        if (event.pointerType === "mouse") point(rowKeyOf(event.target))
      },
      onPointerLeave: (event) => {
        if (event.pointerType === "mouse") point(undefined)
      },
      onPointerUp: (event) => {
        if (event.pointerType === "mouse" || !(event.target instanceof Element)) return
        if (event.target.closest("button, a") === null) point(rowKeyOf(event.target))
      }
    }
  }
}

const rowKeyOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>("article[data-key]")?.dataset["key"] : undefined

// Highlights the target of a jump for a moment.

const markedMs = 2_000

interface MarkedRow {
  /** Reactive. */
  readonly isMarked: (key: string) => boolean
  readonly mark: (key: string) => void
}

const createMarkedRow = (): MarkedRow => {
  const [marked, setMarked] = createSignal<string>()
  const isMarked = createSelector(marked)
  let unmark: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(unmark))
  return {
    isMarked: (key) => isMarked(key),
    mark: (key) => {
      clearTimeout(unmark)
      setMarked(key)
      unmark = setTimeout(() => setMarked(undefined), markedMs)
    }
  }
}

// A row that was never measured is hidden for some frames, and can't have the focus before.

const takenWithinFrames = 10

/** Returns a function that focuses a row as soon as possible, unless the person moves the focus meanwhile. */
const takingFocus = (
  feed: () => HTMLElement | undefined,
  articleOf: (key: string) => HTMLElement | null | undefined
): ((key: string) => void) => {
  let wanted: string | undefined
  const take = (key: string, from: Element | null, frames: number) => {
    const now = document.activeElement
    const article = articleOf(key)
    // The element with the earlier focus may have left the page: then nothing has the focus, or the feed as a whole.
    const isLeft = now !== from && now !== document.body && now !== feed() && article?.contains(now) !== true
    if (key !== wanted || isLeft) return
    article?.focus({ preventScroll: true })
    if (frames > 0 && article?.contains(document.activeElement) !== true)
      requestAnimationFrame(() => take(key, from, frames - 1))
  }
  return (key) => {
    wanted = key
    take(key, document.activeElement, takenWithinFrames)
  }
}

// The targets of keys in the timeline: from row to row, and within a row from one button or link to the next. Plain.

const rowsPerPage = 10

/** The index at which a key starts its search, and the direction. */
const starts: Readonly<Record<string, (at: number, count: number) => readonly [from: number, step: 1 | -1]>> = {
  ArrowUp: (at) => [at - 1, -1],
  ArrowDown: (at) => [at + 1, 1],
  PageUp: (at) => [Math.max(0, at - rowsPerPage), 1],
  PageDown: (at, count) => [Math.min(count - 1, at + rowsPerPage), -1],
  Home: () => [0, 1],
  End: (_, count) => [count - 1, -1]
}

/** Returns the index of the next row; undefined if the key leads to none. */
export const nextRow = (
  key: string,
  at: number,
  count: number,
  isRow: (place: number) => boolean
): number | undefined => {
  const start = starts[key]?.(at, count)
  if (start === undefined) return undefined
  const [from, step] = start
  for (let place = from; place >= 0 && place < count; place += step) if (isRow(place)) return place
  return undefined
}

/** Returns the row that replaces a removed one: the next one, else the one before. */
const nearestRow = (place: number, count: number, isRow: (place: number) => boolean): number | undefined =>
  nextRow("ArrowDown", place - 1, count, isRow) ?? nextRow("ArrowUp", Math.min(place, count), count, isRow)

export const isRowKey = (key: string): boolean => Object.hasOwn(starts, key)

/** `row`: back to the row. Undefined: the key keeps its own meaning. */
export const nextWithin = (key: string, shift: boolean, at: number, count: number): number | "row" | undefined => {
  switch (key) {
    case "Escape":
      return "row"
    case "ArrowRight":
      return (at + 1) % count
    case "ArrowLeft":
      return (at - 1 + count) % count
    case "Tab":
      if (shift) return at === 0 ? "row" : at - 1
      return at + 1 < count ? at + 1 : undefined
    default:
      return undefined
  }
}
