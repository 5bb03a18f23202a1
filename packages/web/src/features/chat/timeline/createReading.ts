/** Marks as read the messages that the person has seen. */
import { createEffect, onCleanup, untrack } from "solid-js"
import type { ConversationModel } from "../conversationModel.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import { lastRowInView, type TimelineScroll } from "./createTimelineScroll.ts"
import { readThrough } from "./feedLookups.ts"

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
    // On narrow pages the details replace the timeline.
    if (view === undefined || untrack(feed)?.checkVisibility() !== true) return undefined
    const row = lastRowInView(items, scroll)
    return row === undefined ? undefined : readThrough(view, row.seq, isUnread)
  }
  const look = () => {
    stopTimer()
    const line = untrack(model.summary)
    const chat = untrack(model.app.chat)
    if (line === undefined || chat === undefined || untrack(model.readHeld) || !untrack(scroll.placed)) return
    // Reading earlier messages again removes an unread mark set by hand.
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

/**
 * Decides how far the person has read. This is the row that came into view `seenMs` ago, if the page has had attention
 * since and the view has not gone back above the row. Plain: takes the view and the time, and returns the read position
 * and the time of the next check.
 */
export const seenMs = 300

interface Seen {
  readonly attentive: boolean
  /** The seq of the last row in view; undefined: none is. */
  readonly last: number | undefined
}

export interface ReadWatch {
  /**
   * Last rows in view that have not been there long enough, ascending by seq and time: at most one for each step in
   * `seenMs`.
   */
  readonly waiting: ReadonlyArray<{ readonly seq: number; readonly since: number }>
  readonly marked: number
}

export const initialWatch = (readUpTo: number): ReadWatch => ({ waiting: [], marked: readUpTo })

interface ReadStep {
  readonly watch: ReadWatch
  /** Mark everything up to here as read now. */
  readonly mark: number | undefined
  /** Check again at this time. */
  readonly dueAt: number | undefined
}

export const stepRead = (watch: ReadWatch, { attentive, last }: Seen, now: number): ReadStep => {
  if (!attentive || last === undefined) return { watch: { ...watch, waiting: [] }, mark: undefined, dueAt: undefined }
  const inView = watch.waiting.filter(({ seq }) => seq <= last && seq > watch.marked)
  const waiting =
    last > watch.marked && !inView.some(({ seq }) => seq === last) ? [...inView, { seq: last, since: now }] : inView
  const done = waiting.filter(({ since }) => now - since >= seenMs)
  const mark = done.reduce<number | undefined>(
    (most, { seq }) => (most === undefined || seq > most ? seq : most),
    undefined
  )
  const left = mark === undefined ? waiting : waiting.filter(({ seq }) => seq > mark)
  const dueAt = left.reduce<number | undefined>(
    (least, { since }) => Math.min(least ?? Number.POSITIVE_INFINITY, since + seenMs),
    undefined
  )
  return { watch: { waiting: left, marked: mark ?? watch.marked }, mark, dueAt }
}
