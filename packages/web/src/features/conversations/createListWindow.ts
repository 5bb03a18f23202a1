/**
 * The list lines that are in the page: those near the view, and those that the focus or a shortcut needs. All lines
 * have the same height.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, onMount } from "solid-js"
import { perFrame } from "../../lib/perFrame.ts"
import { sameItems } from "../../lib/sameItems.ts"
import type { ListState } from "./createListState.ts"
import type { ListSection, SectionKey } from "./listSections.ts"

/** Lines in the page before anything is measured. */
export const linesAtFirst = 24
/** Ranges begin and end at multiples of this, so that scrolling by one line usually changes nothing. */
const step = 8
/** Line height (px) until a line is measured. */
const usualPitch = 59

/** Indexes from the first up to, but without, the second. */
export type Range = readonly [from: number, to: number]

export interface PlacedLine {
  readonly summary: ConversationSummary
  /** The index in its section, from 0. */
  readonly place: number
  /** The number of lines above it that are not in the page, counted from the previous one that is. */
  readonly above: number
}

export interface ListWindow {
  readonly attach: (list: HTMLElement) => void
  /**
   * Scrolls an opened conversation into view, however it was opened: by a link, the switcher or a notification. Does
   * nothing if it is in view.
   */
  readonly show: (line: HTMLElement | undefined) => void
  /** Call in the section's scope. */
  readonly section: (key: SectionKey, rows: Accessor<ListSection["rows"]>) => SectionWindow
}

export interface SectionWindow {
  readonly attach: (rows: HTMLElement) => void
  readonly ids: Accessor<ReadonlyArray<ConversationId>>
  readonly line: (id: ConversationId) => PlacedLine | undefined
  /** The height (px) of this many lines that are not in the page. */
  readonly height: (lines: number) => number
  /** The number of lines below the last one in the page. */
  readonly below: Accessor<number>
}

/** Returns the lines of `rows` within the range, and the kept ones at any index. */
export const placeLines = (
  rows: ReadonlyArray<ConversationSummary>,
  [from, to]: Range,
  kept: ReadonlyArray<ConversationId | undefined>
): ReadonlyArray<PlacedLine> => {
  const isIn = (place: number) => place >= from && place < to
  const far = kept
    .map((id) => (id === undefined ? -1 : rows.findIndex(({ conversationId }) => conversationId === id)))
    .filter((place) => place >= 0 && !isIn(place))
  const near = rows.slice(from, to).map((_, n) => Math.max(0, from) + n)
  const places = [...new Set([...near, ...far])].sort((a, b) => a - b)
  return places.flatMap((place, n) => {
    const summary = rows[place]
    return summary === undefined ? [] : { summary, place, above: place - (places[n - 1] ?? -1) - 1 }
  })
}

/** Returns the range of a section's lines to draw: a view full of lines, and up to two steps more on either side. */
export const rangeAt = (top: number, viewHeight: number, pitch: number): Range => [
  Math.max(0, (Math.floor(-top / pitch / step) - 1) * step),
  Math.max(0, (Math.ceil((viewHeight - top) / pitch / step) + 1) * step)
]

export const createListWindow = (state: Pick<ListState, "sections" | "stop" | "open">): ListWindow => {
  let list: HTMLElement | undefined
  const looks = new Set<(view: DOMRect) => void>()
  const [pitch, setPitch] = createSignal(usualPitch)
  const look = () => {
    const view = list?.getBoundingClientRect()
    // A hidden list, as on narrow pages beside an open conversation, keeps its range.
    if (view === undefined || view.height === 0) return
    const line = list?.querySelector(".list-section .list-row")?.getBoundingClientRect().height ?? 0
    if (line > 0) setPitch(line + 1)
    for (const each of looks) each(view)
  }
  const frames = perFrame(look)
  onMount(() => {
    if (list === undefined) return
    const observer = new ResizeObserver(look)
    observer.observe(list)
    list.addEventListener("scroll", look, { passive: true })
    onCleanup(() => observer.disconnect())
  })
  onCleanup(frames.cancel)
  createEffect(on(state.sections, frames.schedule, { defer: true }))
  /** The range before a section is measured: the lines that the sections above it leave. */
  const atFirst = (key: SectionKey): Range => {
    let left = linesAtFirst
    for (const section of state.sections() ?? []) {
      if (section.key === key) break
      left -= section.rows.length
    }
    return [0, Math.max(0, left)]
  }
  return {
    attach: (node) => {
      list = node
    },
    show: (line) => {
      // Its position depends on the line height, and a change of that is not drawn within an effect.
      look()
      queueMicrotask(() => {
        const [box, view] = [line?.getBoundingClientRect(), list?.getBoundingClientRect()]
        if (box === undefined || view === undefined || (box.top > view.top - 1 && box.bottom < view.bottom + 1)) return
        line?.scrollIntoView({ block: "nearest" })
      })
    },
    section: (key, rows) => {
      let node: HTMLElement | undefined
      const [range, setRange] = createSignal(atFirst(key), { equals: sameItems })
      const onLook = (view: DOMRect) => {
        if (node !== undefined) setRange(rangeAt(node.getBoundingClientRect().top - view.top, view.height, pitch()))
      }
      looks.add(onLook)
      onCleanup(() => looks.delete(onLook))
      const lines = createMemo(() => placeLines(rows(), range(), [state.stop(), state.open()]))
      const byId = createMemo(() => new Map(lines().map((line) => [line.summary.conversationId, line])))
      return {
        attach: (element) => {
          node = element
        },
        ids: createMemo(() => lines().map(({ summary }) => summary.conversationId), [], { equals: sameItems }),
        line: (id) => byId().get(id),
        height: (count) => count * pitch(),
        below: () => rows().length - (lines().at(-1)?.place ?? -1) - 1
      }
    }
  }
}
