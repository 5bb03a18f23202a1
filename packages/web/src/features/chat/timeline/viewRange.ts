/** Which items of a virtual list are in view, by their places. */
import type { VirtualizerHandle } from "virtua/solid"

export interface ViewRange {
  /** From the top of the view to this far above and below it, in heights of the view. Nothing there: `[0, -1]`. */
  readonly around: (views: number) => readonly [first: number, last: number]
  /** The last item that is in view to its end, or that alone fills the view; -1: none. */
  readonly lastWhole: () => number
}

/** An item counts as whole although so much of its end is out of view. */
const tolerance = 8

export const viewRange = (handle: () => VirtualizerHandle | undefined, count: () => number): ViewRange => {
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
