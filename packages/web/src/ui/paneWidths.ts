/** The bounds of the widths of the panes beside the conversation, and the keys that move their edge. Plain. */

import type { Accessor } from "solid-js"

export type SizedPane = "list" | "details"

export interface PaneWidth {
  /** The chosen width in CSS pixels; a narrow page may have less space. Undefined: the initial width. */
  readonly px: Accessor<number | undefined>
  /** Applied at once. `keep`: stores it for the next time, and for other tabs. */
  readonly set: (px: number | undefined, keep: boolean) => void
}

/**
 * In CSS pixels. `share`: maximum share of the page's width, so that space remains for the content beside it. The
 * styles contain the same numbers.
 */
const sizes: Readonly<
  Record<SizedPane, { readonly min: number; readonly usual: number; readonly max: number; readonly share: number }>
> = {
  list: { min: 220, usual: 280, max: 480, share: 0.37 },
  details: { min: 260, usual: 320, max: 560, share: 0.33 }
}

export const usualWidth = (pane: SizedPane): number => sizes[pane].usual

export interface WidthBounds {
  readonly min: number
  readonly max: number
}

/** Returns the bounds on a page of this width. */
export const widthBounds = (pane: SizedPane, pageWidth: number): WidthBounds => {
  const { max, min, share } = sizes[pane]
  return { min, max: Math.max(min, Math.min(max, Math.floor(pageWidth * share))) }
}

export const boundedWidth = (wanted: number, { max, min }: WidthBounds): number =>
  Math.round(Math.min(Math.max(wanted, min), max))

/** How the width changes with a move to the right: the list ends at its edge, the details begin there. */
export const growth: Readonly<Record<SizedPane, 1 | -1>> = { list: 1, details: -1 }

const step = 16

/** Undefined: the key keeps its own meaning. */
export const widthAfterKey = (key: string, pane: SizedPane, now: number, bounds: WidthBounds): number | undefined => {
  switch (key) {
    case "ArrowRight":
      return boundedWidth(now + growth[pane] * step, bounds)
    case "ArrowLeft":
      return boundedWidth(now - growth[pane] * step, bounds)
    case "Home":
      return bounds.min
    case "End":
      return bounds.max
    default:
      return undefined
  }
}
