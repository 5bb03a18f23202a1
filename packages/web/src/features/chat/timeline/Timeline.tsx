/** The messages of a conversation: a virtual list that keeps its position, with pills that lead to new messages. */
import { type Accessor, createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show, untrack } from "solid-js"
import { Virtualizer } from "virtua/solid"
import { badgeText } from "../../../ui/Badge.tsx"
import { Icon } from "../../../ui/Icon.tsx"
import { useConversation } from "../conversationModel.ts"
import { ItemView } from "../row/ItemView.tsx"
import { createAnnouncements } from "./createAnnouncements.ts"
import { createGapLoads } from "./createGapLoads.ts"
import { createJumps } from "./createJumps.ts"
import { createReading } from "./createReading.ts"
import { createRowFocus } from "./createRowFocus.ts"
import { createTimelineItems, type TimelineItems } from "./createTimelineItems.ts"
import { createTimelineScroll, isRow, type TimelineScroll } from "./createTimelineScroll.ts"
import "./timeline.css"

export const Timeline = (): JSX.Element => {
  const model = useConversation()
  const [feed, setFeed] = createSignal<HTMLElement>()
  const scroll = createTimelineScroll(model, () => items, feed)
  const options = createMemo(() => ({ me: model.me(), unreadAfter: model.opening.unread()?.after }))
  const items: TimelineItems = createTimelineItems({
    view: model.open.view,
    options,
    visible: () => {
      const [first, last] = scroll.around(0)
      // A gap stays in place while rows arrive below it, so only rows count as being read.
      return items
        .keys()
        .slice(first, last + 1)
        .filter((key) => isRow(items.get(key)))
    },
    // The list has moved its scroller, and learns this only from the scroll event of the next frame. Until then it
    // would correct measured sizes from the earlier position. Near the start it would take that for the very start and
    // lose the rows in view. A hidden list does not move.
    onShifted: () => {
      const node = feed()
      if (node?.checkVisibility()) node.dispatchEvent(new Event("scroll"))
    }
  })
  const loads = createGapLoads(model, items, scroll)
  const focus = createRowFocus(model, items, scroll, feed)
  const jumps = createJumps(model, items, scroll, loads, focus)
  const topDay = createTopDay(items, scroll)
  createReading(model, items, scroll, feed)
  createAnnouncements(model, items)
  // A list that has only gaps is replaced when rows arrive. If one list grew into the other, everything in view would
  // move.
  const kind = createMemo(() => {
    const keys = items.keys()
    return keys.length === 0 ? undefined : keys.some((key) => isRow(items.get(key))) ? "rows" : "gaps"
  })
  const touched = { handleEvent: scroll.onTouched, passive: true }
  // Scroll to the end before the paint, also when the view itself changes its height.
  createEffect(
    on(feed, (node) => {
      if (node === undefined) return
      const observer = new ResizeObserver(() => scroll.onResize())
      observer.observe(node)
      onCleanup(() => observer.disconnect())
    })
  )
  return (
    <div class="timeline-frame">
      <div
        ref={setFeed}
        class="timeline"
        role="feed"
        tabindex="-1"
        aria-label={model.words().timeline.label(model.title())}
        aria-busy={loads.loading() || model.open.view() === undefined}
        data-testid="timeline"
        onKeyDown={(event) => {
          scroll.onTouched()
          focus.listeners.onKeyDown(event)
        }}
        on:wheel={touched}
        on:touchmove={touched}
        onPointerDown={scroll.onTouched}
        onFocusIn={focus.listeners.onFocusIn}
        onFocusOut={focus.listeners.onFocusOut}
        onPointerOver={focus.listeners.onPointerOver}
        onPointerLeave={focus.listeners.onPointerLeave}
        onPointerUp={focus.listeners.onPointerUp}
      >
        <div class="timeline-above" />
        <Show when={kind()} keyed>
          {(_another) => (
            <Virtualizer
              ref={scroll.attach}
              data={items.keys()}
              shift={items.shift()}
              keepMounted={focus.kept()}
              onScroll={scroll.onScroll}
              onResize={scroll.onResize}
            >
              {(key) => <ItemView item={items.watch(key)} focus={focus} loads={loads} />}
            </Virtualizer>
          )}
        </Show>
      </div>
      <Show when={topDay()}>
        {(at) => (
          <div class="top-day" aria-hidden="true">
            <span>{model.app.i18n.day(at(), model.app.minute())}</span>
          </div>
        )}
      </Show>
      <Show when={jumps.unreadAbove()}>
        {(count) => (
          <Pill class="pill-unread" feed={feed()} onLead={(byKey) => void jumps.toUnread(byKey)}>
            <Icon name="up" small />
            {model.words().timeline.toUnread(count())}
          </Pill>
        )}
      </Show>
      <Show when={!scroll.following() && items.keys().length > 0}>
        <Pill
          class="pill-latest"
          classList={{ "pill-new": scroll.newCount() > 0 }}
          label={
            scroll.newCount() > 0
              ? model.words().timeline.toNew(badgeText(scroll.newCount()))
              : model.words().timeline.toLatest
          }
          feed={feed()}
          onLead={jumps.toLatest}
        >
          <Icon name="arrowDown" />
          <Show when={scroll.newCount() > 0}>
            <span>{model.words().timeline.newMessages(badgeText(scroll.newCount()))}</span>
          </Show>
        </Pill>
      </Show>
    </div>
  )
}

// The day of the topmost row in view, shown while the person reads back and the day's own line is out of view.

/** For rows without a line of their own, the day of the first of them. */
const createTopDay = (items: TimelineItems, scroll: TimelineScroll): Accessor<number | undefined> =>
  createMemo(() => {
    scroll.moved()
    if (scroll.following()) return undefined
    const keys = untrack(items.keys)
    const [first] = scroll.around(0)
    const item = items.get(keys[first] ?? "")
    if (item?.kind === "post") return dayOf(item.at)
    return item?.kind === "system" ? dayOf(item.row.at) : undefined
  })

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/**
 * A button over the timeline that leads to a position in it, and disappears once the view is there. The focus then
 * stays in the timeline.
 */
interface PillProps {
  readonly class: string
  readonly classList?: Readonly<Record<string, boolean>>
  /** The accessible name, in place of the visible text. */
  readonly label?: string
  readonly feed: HTMLElement | undefined
  readonly onLead: (byKey: boolean) => void
  readonly children: JSX.Element
}

const Pill = (props: PillProps): JSX.Element => {
  let button: HTMLButtonElement | undefined
  onCleanup(() => {
    if (document.activeElement === button) props.feed?.focus({ preventScroll: true })
  })
  return (
    <button
      ref={(node) => {
        button = node
      }}
      type="button"
      class={`pill ${props.class}`}
      classList={props.classList ?? {}}
      aria-label={props.label}
      onClick={(event) => props.onLead(event.detail === 0)}
    >
      {props.children}
    </button>
  )
}
