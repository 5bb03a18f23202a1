/**
 * Modal dialogs that are open. The browser makes everything outside of the topmost one inert: out of reach, and
 * unheard.
 */
import { createSignal } from "solid-js"

const [open, setOpen] = createSignal<ReadonlyArray<HTMLElement>>([])

/** Reactive: the topmost. */
export const topModal = (): HTMLElement | undefined => open().at(-1)

/** Answers how to tell that it is closed. */
export const tellModal = (dialog: HTMLElement): (() => void) => {
  setOpen((all) => [...all, dialog])
  return () => setOpen((all) => all.filter((other) => other !== dialog))
}
