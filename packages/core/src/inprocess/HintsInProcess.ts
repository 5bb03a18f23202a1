/**
 * Hints of one process: listeners are called at once, in the publisher's turn. Nothing waits, so nothing needs a bound.
 */
import { Layer } from "effect"
import { makeListeners } from "../fibers/Listeners.ts"
import { type Hint, Hints } from "../ports/Hints.ts"

export const HintsInProcess = Layer.sync(Hints, () => {
  const { listen, tell } = makeListeners<ReadonlyArray<Hint>>()
  return Hints.of({
    // The publisher gets a listener's exception, after all others were called.
    publish: (hints) => {
      if (hints.length > 0) for (const defect of tell(hints)) throw defect
    },
    listen: (_node, listener) => listen(listener)
  })
})
