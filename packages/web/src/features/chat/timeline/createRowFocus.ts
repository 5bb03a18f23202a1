/**
 * The keyboard and the pointer in the timeline. It is one Tab stop: arrows go from row to row, Enter goes into a row's buttons and links, Esc comes
 * back out of them, and then to the composer.
 */
import { createEffect, createSelector, createSignal, on, onCleanup, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { RowFocus } from "../row/RowFrame.tsx"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"

const markedMs = 2_000
const rowsPerPage = 10

export interface TimelineFocus extends RowFocus {
  /** Places that stay in the page, since the focus is there. */
  readonly kept: () => ReadonlyArray<number>
  readonly mark: (key: string) => void
  readonly listeners: {
    readonly onKeyDown: (event: KeyboardEvent) => void
    readonly onFocusIn: (event: FocusEvent) => void
    readonly onFocusOut: (event: FocusEvent) => void
    readonly onPointerOver: (event: PointerEvent) => void
    readonly onPointerLeave: () => void
    readonly onPointerUp: (event: PointerEvent) => void
  }
}

export const createRowFocus = (
  model: ConversationModel,
  items: TimelineItems,
  scroll: TimelineScroll,
  feed: () => HTMLElement | undefined
): TimelineFocus => {
  const [stop, setStop] = createSignal<string>()
  const [focused, setFocused] = createSignal<string>()
  const [pointed, setPointed] = createSignal<string>()
  const [marked, setMarked] = createSignal<string>()
  const isStop = createSelector(stop)
  const isFocused = createSelector(focused)
  const isPointed = createSelector(pointed)
  const isMarked = createSelector(marked)
  let unmark: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(unmark))

  const canStop = (key: string | undefined) => {
    const kind = items.get(key ?? "")?.kind
    return kind !== undefined && kind !== "day" && kind !== "unread"
  }
  const placeStop = () => {
    if (untrack(focused) !== undefined) return
    const keys = untrack(items.keys)
    const [first, last] = scroll.range()
    for (let at = Math.max(scroll.lastWhole(), first); at >= first && at <= last; at--) if (canStop(keys[at])) return setStop(keys[at])
    setStop(keys.findLast(canStop))
  }
  createEffect(on([items.keys, scroll.moved], placeStop))

  const articleOf = (key: string) => feed()?.querySelector<HTMLElement>(`article[data-key="${CSS.escape(key)}"]`)
  const goTo = (at: number, step: 1 | -1) => {
    const keys = untrack(items.keys)
    let place = Math.max(0, Math.min(keys.length - 1, at))
    while (place >= 0 && place < keys.length && !canStop(keys[place])) place += step
    const key = keys[place]
    if (key === undefined) return
    // In the page first, wherever it is scrolled to.
    setFocused(key)
    setStop(key)
    scroll.toKey(key, "nearest")
    articleOf(key)?.focus({ preventScroll: true })
  }
  const onRowKey = (event: KeyboardEvent, key: string) => {
    const at = items.indexOf(key)
    const target = rowKeys[event.key]?.(at, untrack(items.keys).length)
    if (event.key === "Enter") buttonsIn(articleOf(key))[0]?.focus()
    else if (event.key === "Escape") model.hands.focusComposer()
    else if (target !== undefined) goTo(target, target < at || event.key === "End" ? -1 : 1)
    else return
    event.preventDefault()
  }
  const onInnerKey = (event: KeyboardEvent, article: HTMLElement, target: HTMLElement) => {
    const buttons = buttonsIn(article)
    const at = buttons.indexOf(target)
    if (event.key === "Escape" || (event.key === "Tab" && event.shiftKey && at === 0)) article.focus({ preventScroll: true })
    else if (at >= 0 && event.key === "Tab" && buttons[at + (event.shiftKey ? -1 : 1)] !== undefined)
      buttons[at + (event.shiftKey ? -1 : 1)]?.focus()
    else if (at >= 0 && event.key === "ArrowRight") buttons[(at + 1) % buttons.length]?.focus()
    else if (at >= 0 && event.key === "ArrowLeft") buttons[(at - 1 + buttons.length) % buttons.length]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const isPopoverOpen = () => feed()?.querySelector(":popover-open") != null
  return {
    isStop: (key) => isStop(key),
    isActive: (key) => isFocused(key) || isPointed(key),
    isMarked: (key) => isMarked(key),
    kept: () => {
      const key = focused()
      const at = key === undefined ? -1 : (items.keys(), items.indexOf(key))
      return at < 0 ? [] : [at]
    },
    mark: (key) => {
      clearTimeout(unmark)
      setMarked(key)
      unmark = setTimeout(() => setMarked(undefined), markedMs)
    },
    listeners: {
      onKeyDown: (event) => {
        const target = event.target
        if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
        const article = target.closest<HTMLElement>("article[data-key]")
        if (article === null || target.closest("[popover]") !== null) return
        if (article === target) onRowKey(event, article.dataset["key"] ?? "")
        else onInnerKey(event, article, target)
      },
      onFocusIn: (event) => {
        const key = keyOf(event.target)
        setFocused(key)
        if (key !== undefined) setStop(key)
      },
      onFocusOut: (event) => {
        if (!(event.relatedTarget instanceof Node) || feed()?.contains(event.relatedTarget) !== true) setFocused(undefined)
      },
      onPointerOver: (event) => {
        // What a popover belongs to stays while it is open, wherever the pointer passes.
        if (event.pointerType === "mouse" && !isPopoverOpen()) setPointed(keyOf(event.target))
      },
      onPointerLeave: () => {
        if (!isPopoverOpen()) setPointed(undefined)
      },
      onPointerUp: (event) => {
        if (event.pointerType === "mouse" || isPopoverOpen()) return
        if (event.target instanceof Element && event.target.closest("button, a") === null) setPointed(keyOf(event.target))
      }
    }
  }
}

/** Where a key leads from a place among so many. */
const rowKeys: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  PageUp: (at) => at - rowsPerPage,
  PageDown: (at) => at + rowsPerPage,
  Home: () => 0,
  End: (_, count) => count - 1
}

const buttonsIn = (article: HTMLElement | null | undefined): ReadonlyArray<HTMLElement> =>
  [...(article?.querySelectorAll<HTMLElement>("button, a[href]") ?? [])].filter((node) => node.closest("[popover]") === null)

const keyOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>("article[data-key]")?.dataset["key"] : undefined
