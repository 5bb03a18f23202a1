/**
 * The edge of a pane that changes its width: with a pointer, or with arrows, Home and End. A double click restores the
 * initial width.
 */

import { type Accessor, createSignal, onCleanup } from "solid-js"
import {
  boundedWidth,
  growth,
  type PaneWidth,
  type SizedPane,
  usualWidth,
  widthAfterKey,
  widthBounds
} from "./paneWidths.ts"
import "./PaneSplitter.css"

interface PaneSplitterProps {
  readonly pane: SizedPane
  readonly label: string
  readonly width: PaneWidth
  /** The pane's id. */
  readonly controls: string
}

export const PaneSplitter = (props: PaneSplitterProps) => {
  const pageWidth = createPageWidth()
  const bounds = () => widthBounds(props.pane, pageWidth())
  const now = () => boundedWidth(props.width.px() ?? usualWidth(props.pane), bounds())
  const [from, setFrom] = createSignal<{ readonly x: number; readonly px: number }>()
  const onPointerMove = (event: PointerEvent) => {
    const start = from()
    if (start === undefined) return
    const next = boundedWidth(start.px + growth[props.pane] * (event.clientX - start.x), bounds())
    if (next !== now()) props.width.set(next, false)
  }
  // However the drag ends. Do not store an unchanged width: it may be the stored one, limited by a narrow page.
  const onEnd = () => {
    const start = from()
    setFrom(undefined)
    if (start !== undefined && start.px !== now()) props.width.set(now(), true)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const next = widthAfterKey(event.key, props.pane, now(), bounds())
    if (next === undefined) return
    event.preventDefault()
    props.width.set(next, true)
  }
  return (
    <hr
      class={`pane-splitter pane-splitter-${props.pane}`}
      classList={{ "pane-splitter-dragged": from() !== undefined }}
      tabindex="0"
      aria-orientation="vertical"
      aria-label={props.label}
      aria-controls={props.controls}
      aria-valuenow={now()}
      aria-valuemin={bounds().min}
      aria-valuemax={bounds().max}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setFrom({ x: event.clientX, px: now() })
      }}
      onPointerMove={onPointerMove}
      onLostPointerCapture={onEnd}
      onDblClick={() => props.width.set(undefined, true)}
    />
  )
}

const createPageWidth = (): Accessor<number> => {
  const [width, setWidth] = createSignal(window.innerWidth)
  const onResize = () => setWidth(window.innerWidth)
  window.addEventListener("resize", onResize)
  onCleanup(() => window.removeEventListener("resize", onResize))
  return width
}
