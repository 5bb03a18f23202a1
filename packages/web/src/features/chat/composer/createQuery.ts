/**
 * What is being typed after a sign in a text area. Typing begins it; the caret, what others write there and Esc only
 * end it.
 */
import { mentionSigns } from "@hibiki/core/domain/Mentions"
import { type Accessor, createEffect, createSignal, on, onCleanup, onMount } from "solid-js"
import { chosenPart, type MentionQuery, mentionQuery } from "./mentionRules.ts"

export interface Query {
  readonly now: Accessor<(MentionQuery & { readonly chosen: string }) | undefined>
  /** Until another sign is typed. */
  readonly close: () => void
}

/** `text`: what stands in the area, by whomever it was written. */
export const createQuery = (area: HTMLTextAreaElement, text: Accessor<string>): Query => {
  const [now, setNow] = createSignal<ReturnType<Query["now"]>>(undefined, {
    equals: (a, b) => a?.from === b?.from && a?.typed === b?.typed && a?.chosen === b?.chosen
  })
  let isComposing = false
  /** The sign whose list was closed by hand. */
  let closed: number | undefined
  const here = () => {
    const query = area.selectionStart === area.selectionEnd ? mentionQuery(area.value, area.selectionStart) : undefined
    return query && { ...query, chosen: isComposing ? chosenPart(query.typed) : query.typed }
  }
  const typed = () => {
    const query = here()
    if (query?.from !== closed) closed = undefined
    setNow(closed === undefined ? query : undefined)
  }
  const moved = () => {
    const query = here()
    // It is gone, as when the message was sent.
    if (closed !== undefined && !mentionSigns.some((sign) => area.value.startsWith(sign, closed))) closed = undefined
    setNow((before) => (before?.from === query?.from ? query : undefined))
  }
  const onInput = (event: Event) => {
    isComposing = event instanceof InputEvent && event.isComposing
    typed()
  }
  const onSelection = () => document.activeElement === area && moved()
  const onBlur = () => setNow(undefined)
  onMount(() => {
    area.addEventListener("input", onInput)
    // Not every browser tells of an input after it.
    area.addEventListener("compositionend", onInput)
    area.addEventListener("blur", onBlur)
    document.addEventListener("selectionchange", onSelection)
    // The sign that it came for.
    if (document.activeElement === area) typed()
  })
  onCleanup(() => {
    area.removeEventListener("input", onInput)
    area.removeEventListener("compositionend", onInput)
    area.removeEventListener("blur", onBlur)
    document.removeEventListener("selectionchange", onSelection)
  })
  createEffect(on(text, moved, { defer: true }))
  return {
    now,
    close: () => {
      closed = now()?.from
      setNow(undefined)
    }
  }
}
