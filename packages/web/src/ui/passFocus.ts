/** Where the focus goes from what may be taken out of the page while it has it. */
import { onCleanup } from "solid-js"

/**
 * For the `ref` of an element that goes with its scope: `to` is called once it is gone, where the focus would be left
 * to the page as a whole.
 */
export const passFocus =
  (to: () => void) =>
  (node: Element): void => {
    onCleanup(() => {
      if (!node.contains(document.activeElement)) return
      queueMicrotask(() => {
        if (document.activeElement === document.body) to()
      })
    })
  }
