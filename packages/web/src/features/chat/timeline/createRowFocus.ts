/**
 * The keyboard and the pointer in the timeline. It is one Tab stop: arrows go from row to row, Enter goes into a row's
 * buttons and links, Esc comes back out of them, and then to the composer.
 */
import { createEffect, createSelector, createSignal, on, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { RowFocus } from "../row/RowFrame.tsx"
import { createFocusKeeper } from "./createFocusKeeper.ts"
import { createMarkedRow } from "./createMarkedRow.ts"
import { createRowPointer, type RowPointer, rowKeyOf } from "./createRowPointer.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"
import { isRowKey, nearestRow, nextRow, nextWithin } from "./rowKeys.ts"
import { takingFocus } from "./takingFocus.ts"

export interface TimelineFocus extends RowFocus {
  /** Places that stay in the page, since the focus is there. */
  readonly kept: () => ReadonlyArray<number>
  readonly mark: (key: string) => void
  /** Brings the focus to a row, and the row into view unless something else does. */
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

  const isRow = (place: number) => {
    const kind = items.get(untrack(items.keys)[place] ?? "")?.kind
    return kind !== undefined && kind !== "day" && kind !== "unread"
  }
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
    // In the page first, wherever it is scrolled to.
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

/**
 * Other keys are the browser's. Its way to the end takes a while, and stops short where sizes are measured meanwhile.
 */
const onFeedKey = (event: KeyboardEvent, { toEnd }: TimelineScroll): void => {
  if (event.key !== "End") return
  toEnd()
  event.preventDefault()
}

/** Answers whether the key was used. */
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
