/** Counts down until something may be tried again. */
import { type Accessor, createSignal, onCleanup } from "solid-js"

export interface Wait {
  /** Whole seconds, 0 when it may be tried. */
  readonly left: Accessor<number>
  /** In place of what was waited for before. */
  readonly begin: (seconds: number) => void
}

/** Call in a reactive scope: its end stops the timer. */
export const createWait = (): Wait => {
  const [left, setLeft] = createSignal(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return {
    left,
    begin: (seconds) => {
      clearTimeout(timer)
      // By the clock, which goes on while a phone sleeps. Set back, it ends the wait: the server knows whether it is
      // over.
      const beganAt = Date.now()
      const look = () => {
        const pastMs = Date.now() - beganAt
        const leftMs = pastMs < 0 ? 0 : Math.max(0, seconds * 1_000 - pastMs)
        setLeft(Math.ceil(leftMs / 1_000))
        if (leftMs > 0) timer = setTimeout(look, leftMs % 1_000 || 1_000)
      }
      look()
    }
  }
}
