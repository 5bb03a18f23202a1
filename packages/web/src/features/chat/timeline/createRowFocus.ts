/**
 * The keyboard and the pointer in the timeline. It is one Tab stop: arrows go from row to row, Enter goes into a row's buttons and links, Esc comes
 * back out of them, and then to the composer.
 */
import { createEffect, createSelector, createSignal, on, onCleanup, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { RowFocus } from "../row/RowFrame.tsx"
import { createRowPointer, type RowPointer, rowKeyOf } from "./createRowPointer.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"
import { isRowKey, nextRow, nextWithin } from "./rowKeys.ts"

const markedMs = 2_000
const takenWithinFrames = 10

export interface TimelineFocus extends RowFocus {
  /** Places that stay in the page, since the focus is there. */
  readonly kept: () => ReadonlyArray<number>
  readonly mark: (key: string) => void
  /** Brings a row into view and the focus to it. */
  readonly enter: (key: string, align: "center" | "nearest") => void
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
  const [marked, setMarked] = createSignal<string>()
  const isStop = createSelector(stop)
  const isFocused = createSelector(focused)
  const isMarked = createSelector(marked)
  let unmark: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(unmark))

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
  const take = takingFocus(articleOf)
  const enter: TimelineFocus["enter"] = (key, align) => {
    // In the page first, wherever it is scrolled to.
    setFocused(key)
    setStop(key)
    scroll.toKey(key, align)
    take(key)
  }
  const goTo = (place: number) => {
    const key = untrack(items.keys)[place]
    if (key !== undefined) enter(key, "nearest")
  }
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
    if (article === null || target.closest("[popover]") !== null) return
    if (article === target ? onRowKey(event, article) : onInnerKey(event, article, target)) event.preventDefault()
  }
  return {
    isStop: (key) => isStop(key),
    isActive: (key) => isFocused(key) || pointer.isPointed(key),
    isMarked: (key) => isMarked(key),
    kept: () => {
      const key = focused()
      const at = key === undefined ? -1 : (items.keys(), items.indexOf(key))
      return at < 0 ? [] : [at]
    },
    enter,
    mark: (key) => {
      clearTimeout(unmark)
      setMarked(key)
      unmark = setTimeout(() => setMarked(undefined), markedMs)
    },
    listeners: {
      ...pointer.listeners,
      onKeyDown,
      onFocusIn: (event) => {
        const key = rowKeyOf(event.target)
        setFocused(key)
        if (key !== undefined) setStop(key)
      },
      onFocusOut: (event) => {
        if (!(event.relatedTarget instanceof Node) || feed()?.contains(event.relatedTarget) !== true) setFocused(undefined)
      }
    }
  }
}

/** A row that was never measured is hidden until it is, some frames later, and can't have the focus before. */
const takingFocus = (articleOf: (key: string) => HTMLElement | null | undefined): ((key: string) => void) => {
  let wanted: string | undefined
  const take = (key: string, frames: number) => {
    if (key !== wanted) return
    const article = articleOf(key)
    article?.focus({ preventScroll: true })
    if (frames > 0 && article?.contains(document.activeElement) !== true) requestAnimationFrame(() => take(key, frames - 1))
  }
  return (key) => {
    wanted = key
    take(key, takenWithinFrames)
  }
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
