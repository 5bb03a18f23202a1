/**
 * Jumps in the timeline: to the message that a reply answers, the first unread message, and the latest. Loads missing
 * rows.
 */
import { type Accessor, createEffect, createMemo, onCleanup, untrack } from "solid-js"
import { badgeText } from "../../../ui/Badge.tsx"
import type { ConversationModel } from "../conversationModel.ts"
import { leadTo, wantedMessage } from "../conversationModel.ts"
import type { GapLoads } from "./createGapLoads.ts"
import type { TimelineFocus } from "./createRowFocus.ts"
import type { TimelineItems } from "./createTimelineItems.ts"
import type { TimelineScroll } from "./createTimelineScroll.ts"
import { isDividerRight, isRow } from "./createTimelineScroll.ts"
import { rowAt } from "./feedLookups.ts"

/** Rows that are loaded beyond the target of a jump. */
const beyond = 25
const comesWithinMs = 2_000

export interface Jumps {
  /** The number of unread messages above the view, as text; undefined: none, or the person has seen them. */
  readonly unreadAbove: Accessor<string | undefined>
  /** `focuses`: the focus goes to the first message there. */
  readonly toUnread: (focuses: boolean) => Promise<void>
  readonly toLatest: (focuses: boolean) => void
}

export const createJumps = (
  model: ConversationModel,
  items: TimelineItems,
  scroll: TimelineScroll,
  loads: GapLoads,
  focus: TimelineFocus
): Jumps => {
  let seen: number | undefined

  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  /** Rows from the cache are among the items some frames after loading. Resolves to whether they arrived in time. */
  const comes = async (holds: () => boolean): Promise<boolean> => {
    for (const until = performance.now() + comesWithinMs; !holds(); await frame())
      if (performance.now() > until) return false
    return true
  }
  const tellNotLoaded = () => model.app.toasts.show({ text: model.words().timeline.notLoaded })
  const show = (seq: number, focuses: boolean): boolean => {
    const row = rowAt(untrack(items.shown), seq)
    if (row === undefined || items.indexOf(row.id) < 0) return false
    if (focuses) focus.enter(row.id, "center")
    else scroll.toKey(row.id, "center")
    focus.mark(row.id)
    return true
  }
  const jumpTo = async (seq: number, focuses: boolean) => {
    if (show(seq, focuses)) return
    const from = document.activeElement
    if (!((await loads.load({ before: seq + beyond })) && (await comes(() => show(seq, focuses && isHere(from))))))
      tellNotLoaded()
  }
  /** Focuses the row at an index, or the next one in a direction. */
  const enterFrom = (place: number, step: 1 | -1) => {
    const keys = untrack(items.keys)
    let at = place
    while (at >= 0 && at < keys.length && !isRow(items.get(keys[at] ?? ""))) at += step
    const key = keys[at]
    if (key !== undefined) focus.enter(key)
  }
  const toUnread = async (focuses: boolean) => {
    const after = untrack(model.opening.unread)?.after
    if (after === undefined) return
    const from = document.activeElement
    const isRight = () => isDividerRight(items, after)
    if (!isRight() && !((await loads.load({ before: after + 1 + beyond })) && (await comes(isRight))))
      return tellNotLoaded()
    seen = after
    scroll.toKey("unread", "start")
    if (focuses && isHere(from)) enterFrom(items.indexOf("unread"), 1)
  }
  const unreadAbove = createMemo(() => {
    const unread = model.opening.unread()
    scroll.moved()
    items.shown()
    if (unread === undefined || unread.count === 0 || seen === unread.after) return undefined
    const at = items.indexOf("unread")
    const [first] = scroll.around(0)
    if (at >= first && isDividerRight(items, unread.after)) {
      seen = unread.after
      return undefined
    }
    return badgeText(unread.count)
  })
  model.hands.jumpTo = (seq, focuses) => void jumpTo(seq, focuses)
  model.hands.toEnd = scroll.toEnd
  model.hands.stay = scroll.stay
  createEffect(() => {
    const place = wantedMessage()
    if (place?.conversationId !== model.id || !scroll.placed()) return
    leadTo(undefined)
    void jumpTo(place.seq, true)
  })
  onCleanup(() => {
    model.hands.jumpTo = model.hands.toEnd = model.hands.stay = () => {}
  })
  const toLatest = (focuses: boolean) => {
    if (focuses) enterFrom(untrack(items.keys).length - 1, -1)
    scroll.toEnd()
  }
  return { unreadAbove, toUnread, toLatest }
}

/**
 * Whether the focus stayed where the jump began. If it moved during loading, leave it. The former element may be gone,
 * and the focus with it.
 */
const isHere = (from: Element | null): boolean =>
  document.activeElement === from || document.activeElement === document.body
