/**
 * Which row is pointed at: under a mouse, or touched last. What a popover belongs to stays, wherever the pointer passes
 * meanwhile.
 */
import { createSelector, createSignal } from "solid-js"

export interface RowPointer {
  /** Reactive. */
  readonly isPointed: (key: string) => boolean
  readonly listeners: {
    readonly onPointerOver: (event: PointerEvent) => void
    readonly onPointerLeave: (event: PointerEvent) => void
    readonly onPointerUp: (event: PointerEvent) => void
  }
}

export const createRowPointer = (feed: () => HTMLElement | undefined): RowPointer => {
  const [pointed, setPointed] = createSignal<string>()
  const isPointed = createSelector(pointed)
  const point = (key: string | undefined) => {
    if (feed()?.querySelector(":popover-open") == null) setPointed(key)
  }
  return {
    isPointed: (key) => isPointed(key),
    listeners: {
      onPointerOver: (event) => {
        if (event.pointerType === "mouse") point(rowKeyOf(event.target))
      },
      onPointerLeave: (event) => {
        if (event.pointerType === "mouse") point(undefined)
      },
      onPointerUp: (event) => {
        if (event.pointerType === "mouse" || !(event.target instanceof Element)) return
        if (event.target.closest("button, a") === null) point(rowKeyOf(event.target))
      }
    }
  }
}

export const rowKeyOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>("article[data-key]")?.dataset["key"] : undefined
