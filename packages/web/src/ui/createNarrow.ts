/** Whether the page has room for one pane only, as the styles decide it. */
import { type Accessor, createSignal, onCleanup } from "solid-js"

const query = "(max-width: 767.98px)"

/** Call in a reactive scope. */
export const createNarrow = (): Accessor<boolean> => {
  if (typeof matchMedia !== "function") return () => false
  const media = matchMedia(query)
  const [narrow, setNarrow] = createSignal(media.matches)
  const onChange = () => setNarrow(media.matches)
  media.addEventListener("change", onChange)
  onCleanup(() => media.removeEventListener("change", onChange))
  return narrow
}
