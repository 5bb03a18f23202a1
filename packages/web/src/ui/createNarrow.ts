/** Whether the page has room for no more than one pane, or two, as the styles decide it. */
import { type Accessor, createSignal, onCleanup } from "solid-js"

const queries = { 1: "(max-width: 767.98px)", 2: "(max-width: 1023.98px)" } as const

/** Call in a reactive scope. */
export const createNarrow = (panes: 1 | 2 = 1): Accessor<boolean> => {
  if (typeof matchMedia !== "function") return () => false
  const media = matchMedia(queries[panes])
  const [narrow, setNarrow] = createSignal(media.matches)
  const onChange = () => setNarrow(media.matches)
  media.addEventListener("change", onChange)
  onCleanup(() => media.removeEventListener("change", onChange))
  return narrow
}
