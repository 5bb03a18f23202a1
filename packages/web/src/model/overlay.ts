/** What a key or a button opens over the page. It is asked for here; the frame shows it, and fetches its code then. */
import { createSignal } from "solid-js"

/** `switcherPressed`: by a button; under fingers no keyboard is raised then, before somebody writes. */
export type Overlay = "help" | "switcher" | "switcherPressed" | "search" | "searchHere" | "searchAll"

/**
 * The latest that was asked for, told each time, also of the same; whoever shows it knows whether it was closed since.
 */
export const [overlay, openOverlay] = createSignal<Overlay | undefined>(undefined, { equals: false })
