/**
 * Moving between the page's panes with one key. A pane is an element with `data-pane`; the focus goes to what it marks
 * with `data-pane-focus`, else to the pane itself if it can have it, else to the first thing within that can.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js"

/** Panes that are hidden, as on narrow pages, are passed over; around at the ends. */
export const focusPane = (back: boolean, root: ParentNode = document): void => {
  const panes = [...root.querySelectorAll<HTMLElement>("[data-pane]")].filter(isShown)
  // A pane within another one stands after it: the innermost is where the focus is.
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

/** The place after `at`; from nowhere (-1) the first, or the last. */
export const nextPane = (count: number, at: number, back: boolean): number => {
  if (count === 0) return -1
  if (at < 0) return back ? count - 1 : 0
  return (at + (back ? count - 1 : 1)) % count
}

const isShown = (element: HTMLElement): boolean => element.getClientRects().length > 0

// Whether the page has room for no more than one pane, or two, as the styles decide it.

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
