/** Scrolling that is done once: where sizes turn out to be others, whoever wants the place asks for it again. */
import type { VirtualizerHandle } from "virtua/solid"

/** To so many px from the start, told by the list once it knows its items; below the end is the end. */
export type ScrollTo = (top: (list: VirtualizerHandle) => number) => void

/**
 * The list's own steps go on until nothing was measured for a while, and so take back what the person scrolls
 * meanwhile: the first movement after a conversation was opened, say.
 */
export const createScrollTo = (
  feed: () => HTMLElement | undefined,
  handle: () => VirtualizerHandle | undefined
): ScrollTo => {
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
