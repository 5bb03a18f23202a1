/** Following the end of the timeline: while there, what comes is shown; elsewhere it is counted. */
import { type Accessor, createSignal, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { newestSeq, othersAbove } from "./feedLookups.ts"

/** Closer to the end than this is at the end. */
const nearEnd = 48
/** More than fits between the last item and the end of what scrolls. */
const beyondEnd = 200

export interface Following {
  readonly following: Accessor<boolean>
  /** Others' messages that came since the end was left. */
  readonly newCount: Accessor<number>
  readonly follow: (now: boolean) => void
  readonly toEnd: () => void
  /** The items are others: goes along, or counts. */
  readonly onShown: () => void
}

export interface ScrollStand {
  readonly offset: number
  readonly size: number
  readonly viewport: number
}

/** Whether the end is followed after a movement: only going up leaves it. What grows below is followed, what shrinks takes the place along. */
export const followsAfter = (following: boolean, before: Pick<ScrollStand, "offset" | "size">, now: ScrollStand): boolean => {
  if (now.size - now.offset - now.viewport <= nearEnd) return true
  const shrunk = Math.max(0, before.size - now.size)
  return following && now.offset >= before.offset - shrunk - 1
}

export const createFollowing = (
  model: ConversationModel,
  items: () => TimelineItems,
  handle: () => VirtualizerHandle | undefined
): Following => {
  const [following, setFollowing] = createSignal(true)
  const [newCount, setNewCount] = createSignal(0)
  let leftAt = 0
  const follow = (now: boolean) => {
    if (!now && untrack(following)) leftAt = newestSeq(untrack(items().shown))
    if (now) setNewCount(0)
    setFollowing(now)
  }
  const toEnd = () => {
    follow(true)
    const count = untrack(items().keys).length
    if (count > 0) handle()?.scrollToIndex(count - 1, { align: "end", offset: beyondEnd })
  }
  return {
    following,
    newCount,
    follow,
    toEnd,
    onShown: () => {
      if (untrack(following)) toEnd()
      else setNewCount(othersAbove(untrack(items().shown), leftAt, untrack(model.me)).length)
    }
  }
}
