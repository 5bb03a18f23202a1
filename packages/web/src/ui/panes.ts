/**
 * Moves between the page's panes with one key. A pane is an element with `data-pane`. The focus goes to its element
 * with `data-pane-focus`, else to the pane itself if it is focusable, else to its first focusable element.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js"

/** Skips hidden panes, as on narrow pages; wraps at the ends. */
export const focusPane = (back: boolean, root: ParentNode = document): void => {
  const panes = [...root.querySelectorAll<HTMLElement>("[data-pane]")].filter(isShown)
  // A pane within another one comes after it in the list, so the last match is the innermost one with the focus.
  const at = panes.findLastIndex((pane) => pane.contains(document.activeElement))
  const next = panes[nextPane(panes.length, at, back)]
  const marked =
    next === undefined
      ? undefined
      : [...next.querySelectorAll<HTMLElement>("[data-pane-focus]")].find(
          (mark) => mark.closest("[data-pane]") === next && isShown(mark)
        )
  const own =
    next?.hasAttribute("tabindex") === true
      ? next
      : next?.querySelector<HTMLElement>("a[href], button, input, textarea")
  ;(marked ?? own)?.focus()
}

/** Returns the index after `at` (before it, if `back`); from nowhere (-1) the first, or the last. */
export const nextPane = (count: number, at: number, back: boolean): number => {
  if (count === 0) return -1
  if (at < 0) return back ? count - 1 : 0
  return (at + (back ? count - 1 : 1)) % count
}

const isShown = (element: HTMLElement): boolean => element.getClientRects().length > 0

// Whether the page has space for only one pane, or two, as the styles decide.

const queries = { 1: "(max-width: 767.98px)", 2: "(max-width: 1023.98px)" } as const

/** Call in a reactive scope. */
export const createNarrow = (panes: 1 | 2 = 1): Accessor<boolean> => {
  if (typeof matchMedia !== "function") return () => false
  const media = matchMedia(queries[panes])
  const [narrow, setNarrow] = createSignal(media.matches)
  const onChange = () => setNarrow(media.matches)
  media.addEventListener("change", onChange)
  onCleanup(() => media.removeEventListener("change", onChange))
  return narrow
}
