/** Following the end of the timeline: while there, what comes is shown. */
import { type Accessor, createSignal, untrack } from "solid-js"
import type { ScrollTo } from "./createScrollTo.ts"

/** Closer to the end than this is at the end. */
const nearEnd = 48

export interface Following {
  readonly following: Accessor<boolean>
  readonly follow: (now: boolean) => void
  readonly toEnd: () => void
  /** The items are others: goes along. */
  readonly onShown: () => void
}

export interface ScrollStand {
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

export const createFollowing = (scrollTo: ScrollTo): Following => {
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
