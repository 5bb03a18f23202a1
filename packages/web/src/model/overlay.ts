/**
 * The overlay that a key or a button opens over the page. This signal requests it; the frame shows it, and loads its
 * code then.
 */
import { createSignal } from "solid-js"

/**
 * `switcherPressed`: opened by a button. On a touch screen the keyboard then stays down until the user starts to write.
 */
export type Overlay = "help" | "switcher" | "switcherPressed" | "search" | "searchHere" | "searchAll"

/**
 * The latest request. It fires each time, also for the same overlay; the component that shows it knows whether the user
 * has closed it since.
 */
export const [overlay, openOverlay] = createSignal<Overlay | undefined>(undefined, { equals: false })
