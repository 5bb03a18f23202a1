/** Where a conversation begins: at what is unread when that is here, else where it was left, else at its end. */
import { createEffect, on, untrack } from "solid-js"
import type { VirtualizerHandle } from "virtua/solid"
import type { ConversationModel } from "../conversationModel.ts"
import type { Following } from "./createFollowing.ts"
import type { ScrollTo } from "./createScrollTo.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { isDividerRight, isRow } from "./itemLookups.ts"
import { type Place, placeOf, rememberPlace } from "./scrollMemory.ts"
import type { ViewRange } from "./viewRange.ts"

/** What is seen above the divider when a conversation opens at it. */
const aboveDivider = 48

export interface Start {
  /** Another list shows the items: it is to find its place. */
  readonly again: () => void
  /**
   * To be called when items or sizes are others: goes to the first place once there is one, and stays at the divider.
   * True: it has begun before.
   */
  readonly keep: () => boolean
  /** After a movement that lets the end be followed or left. */
  readonly follow: (follows: boolean) => void
  /** The person goes elsewhere: the divider is left. `toEnd`: and not gone to, where it has not begun. */
  readonly leave: (toEnd?: boolean) => void
  /** What it began with is drawn and measured. */
  readonly onMeasured: () => void
  /** For the next time that the conversation is opened. */
  readonly remember: () => void
}

export interface StartParts {
  readonly model: ConversationModel
  readonly items: () => TimelineItems
  readonly range: ViewRange
  readonly end: Following
  readonly scrollTo: ScrollTo
  readonly handle: () => VirtualizerHandle | undefined
  /** Where a step led is to be looked at when it is drawn. */
  readonly onBegun: () => void
}

export const createStart = ({ end, handle, items, model, onBegun, range, scrollTo }: StartParts): Start => {
  // Nothing but gaps is no place to begin at.
  let begun = false
  // The divider is kept in view until the person moves by hand, or has the end before them, too.
  let atDivider = false
  let atEnd = false
  // Where it was left, until what is there is drawn and measured.
  let left: Place | undefined

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
    end.follow(false)
    scrollTo((list) => list.getItemOffset(dividerAt()) - aboveDivider)
  }
  const toLeft = (place: Place) => {
    left = place
    end.follow(false)
    scrollTo((list) => list.getItemOffset(Math.max(0, items().indexOf(place.key))) + place.into)
  }
  const begin = () => {
    if (handle() === undefined || !untrack(items().keys).some((key) => isRow(items().get(key)))) return
    begun = true
    left = undefined
    onBegun()
    atDivider = !atEnd && isDividerHere()
    if (atDivider) return toDivider()
    const place = atEnd ? undefined : placeOf(model.id)
    atEnd = false
    if (place === undefined || items().indexOf(place.key) < 0) return end.toEnd()
    toLeft(place)
  }
  const onUnread = (unread: object | undefined) => {
    const was = atDivider
    atDivider = false
    // What was unread had been read elsewhere, or more came while nobody looked: then there is another place to go on
    // from.
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
      else if (left !== undefined) toLeft(left)
      return true
    },
    follow: (follows) => {
      // Sizes are guessed before they are measured: the end may seem to be near while it is not.
      if (left !== undefined || (atDivider && !(follows && isDividerSeen() && untrack(model.app.attentive)))) return
      atDivider = false
      end.follow(follows)
    },
    leave: (toEnd = false) => {
      atDivider = false
      left = undefined
      atEnd = toEnd && !begun
    },
    onMeasured: () => {
      left = undefined
    },
    remember: () => {
      const list = handle()
      const [at] = range.around(0)
      const key = untrack(items().keys)[at]
      if (!begun || list === undefined || key === undefined) return
      rememberPlace(
        model.id,
        untrack(end.following) ? undefined : { key, into: list.scrollOffset - list.getItemOffset(at) }
      )
    }
  }
}
