/** The row that was jumped to stands out for a moment. */
import { createSelector, createSignal, onCleanup } from "solid-js"

const markedMs = 2_000

export interface MarkedRow {
  /** Reactive. */
  readonly isMarked: (key: string) => boolean
  readonly mark: (key: string) => void
}

export const createMarkedRow = (): MarkedRow => {
  const [marked, setMarked] = createSignal<string>()
  const isMarked = createSelector(marked)
  let unmark: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(unmark))
  return {
    isMarked: (key) => isMarked(key),
    mark: (key) => {
      clearTimeout(unmark)
      setMarked(key)
      unmark = setTimeout(() => setMarked(undefined), markedMs)
    }
  }
}
