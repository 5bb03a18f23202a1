/** Marks as read what the person has looked at. */
import { createEffect, onCleanup, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"
import { readThrough } from "./feedLookups.ts"
import { lastRowInView } from "./itemLookups.ts"
import { initialWatch, stepRead } from "./readRule.ts"

export const createReading = (
  model: ConversationModel,
  items: TimelineItems,
  scroll: TimelineScroll,
  feed: () => HTMLElement | undefined
): void => {
  let watch = initialWatch(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  const stopTimer = () => {
    if (timer !== undefined) clearTimeout(timer)
    timer = undefined
  }
  const lastSeen = (isUnread: boolean): number | undefined => {
    const view = items.shown()
    // On narrow pages the details stand in its place.
    if (view === undefined || untrack(feed)?.checkVisibility() !== true) return undefined
    const row = lastRowInView(items, scroll)
    return row === undefined ? undefined : readThrough(view, row.seq, isUnread)
  }
  const look = () => {
    stopTimer()
    const line = untrack(model.summary)
    const chat = untrack(model.app.chat)
    if (line === undefined || chat === undefined || untrack(model.readHeld) || !untrack(scroll.placed)) return
    // A mark by hand is taken away by reading again what was read before.
    const readUpTo = line.markedUnreadAt === undefined ? line.readUpTo : 0
    watch = { ...watch, marked: readUpTo }
    const step = stepRead(
      watch,
      { attentive: untrack(model.app.attentive), last: lastSeen(line.unread > 0) },
      performance.now()
    )
    watch = step.watch
    if (step.mark !== undefined) {
      model.opening.readHere(step.mark)
      chat.client.read(model.id, step.mark)
    }
    if (step.dueAt !== undefined) timer = setTimeout(look, Math.max(1, step.dueAt - performance.now()))
  }
  createEffect(() => {
    scroll.moved()
    scroll.placed()
    items.shown()
    model.summary()
    model.app.attentive()
    model.app.chat()
    model.readHeld()
    look()
  })
  onCleanup(stopTimer)
}
