/** Where a conversation begins: at what is unread when that is here, else where it was left, else at its end. */
import { createEffect, on, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import type { Following } from "./createFollowing.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { isDividerRight, isRow } from "./itemLookups.ts"
import { placeOf, rememberPlace } from "./scrollMemory.ts"
import type { ViewRange } from "./viewRange.ts"

/** What is seen above the divider when a conversation opens at it. */
const aboveDivider = 48

export interface Start {
  /** Another list shows the items: it is to find its place. */
  readonly again: () => void
  /** To be called when items or sizes are others: goes to the first place once there is one, and stays at the divider. True: it has begun before. */
  readonly keep: () => boolean
  /** After a movement that lets the end be followed or left. */
  readonly follow: (follows: boolean) => void
  /** The person goes elsewhere: the divider is left. `toEnd`: and not gone to, where it has not begun. */
  readonly leave: (toEnd?: boolean) => void
  /** For the next time that the conversation is opened. */
  readonly remember: () => void
}

export interface StartParts {
  readonly model: ConversationModel
  readonly items: () => TimelineItems
  readonly range: ViewRange
  readonly end: Following
  readonly handle: () => VirtualizerHandle | undefined
  /** Where a step led is to be looked at when it is drawn. */
  readonly onBegun: () => void
}

export const createStart = ({ end, handle, items, model, onBegun, range }: StartParts): Start => {
  // Nothing but gaps is no place to begin at.
  let begun = false
  // The divider is kept in view until the person moves by hand, or has the end before them, too.
  let atDivider = false
  let atEnd = false

  const dividerAt = () => items().indexOf("unread")
  const isDividerHere = () => {
    const after = untrack(model.opening.unread)?.after
    return after !== undefined && isDividerRight(items(), after)
  }
  const isDividerSeen = () => {
    const [first, last] = range.around(0)
    return dividerAt() >= first && dividerAt() <= last
  }
  const toDivider = () => {
    const list = handle()
    const at = dividerAt()
    end.follow(false)
    // A step there goes on until nothing was measured for a while, and would take back what the person scrolls meanwhile: none is taken to where it stands.
    if (list === undefined || Math.abs(list.getItemOffset(at) - aboveDivider - list.scrollOffset) < 1) return
    list.scrollToIndex(at, { align: "start", offset: -aboveDivider })
  }
  const begin = () => {
    if (handle() === undefined || !untrack(items().keys).some((key) => isRow(items().get(key)))) return
    begun = true
    onBegun()
    atDivider = !atEnd && isDividerHere()
    if (atDivider) return toDivider()
    const place = atEnd ? undefined : placeOf(model.id)
    atEnd = false
    const at = place === undefined ? -1 : items().indexOf(place.key)
    if (place === undefined || at < 0) return end.toEnd()
    end.follow(false)
    handle()?.scrollToIndex(at, { align: "start", offset: place.into })
  }
  const onUnread = (unread: object | undefined) => {
    const was = atDivider
    atDivider = false
    // What was unread had been read elsewhere, or more came while nobody looked: then there is another place to go on from.
    if (was || (unread !== undefined && untrack(end.following))) begun = false
  }
  createEffect(on(model.opening.unread, onUnread, { defer: true }))

  return {
    again: () => {
      begun = false
      begin()
    },
    keep: () => {
      if (!begun) {
        begin()
        return false
      }
      if (atDivider) toDivider()
      return true
    },
    follow: (follows) => {
      // Sizes are guessed before they are measured: the end may seem to be near while it is not.
      if (atDivider && !(follows && isDividerSeen() && untrack(model.app.attentive))) return
      atDivider = false
      end.follow(follows)
    },
    leave: (toEnd = false) => {
      atDivider = false
      atEnd = toEnd && !begun
    },
    remember: () => {
      const list = handle()
      const [at] = range.around(0)
      const key = untrack(items().keys)[at]
      if (!begun || list === undefined || key === undefined) return
      rememberPlace(model.id, untrack(end.following) ? undefined : { key, into: list.scrollOffset - list.getItemOffset(at) })
    }
  }
}
