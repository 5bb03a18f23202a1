/**
 * Keeps the focus on a line of the list when the list changes. A line that comes to another section is made anew, and
 * one that moves within its section is taken out of the page for a moment: either way it loses the focus.
 */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { type Accessor, createEffect, on } from "solid-js"

export interface LineFocus {
  readonly onFocusIn: (event: FocusEvent) => void
  readonly onFocusOut: () => void
}

/**
 * `lines`: the links in their order. Where the line is gone, the one in its place gets the focus. `onLine`: a line has
 * it.
 */
export const createLineFocus = (
  lines: () => ReadonlyArray<HTMLElement>,
  changed: Accessor<unknown>,
  onLine: (id: ConversationId) => void
): LineFocus => {
  let held: { readonly id: string; place: number } | undefined
  const placeOf = (id: string) => lines().findIndex((line) => line.dataset["conversation"] === id)
  const onChanged = () => {
    if (held === undefined) return
    const place = placeOf(held.id)
    if (place >= 0) held.place = place
    if (document.activeElement === document.body)
      lines()[Math.min(held.place, lines().length - 1)]?.focus({ preventScroll: true })
  }
  createEffect(on(changed, onChanged, { defer: true }))
  return {
    onFocusIn: ({ target }) => {
      const id = target instanceof HTMLElement ? target.dataset["conversation"] : undefined
      held = id === undefined ? undefined : { id, place: placeOf(id) }
      if (id !== undefined) onLine(id as ConversationId)
    },
    // What a change takes the focus from has it again by then; what the person left has not. A window that loses it
    // gets it back.
    onFocusOut: () =>
      queueMicrotask(() => {
        if (!lines().some((line) => line === document.activeElement)) held = undefined
      })
  }
}
