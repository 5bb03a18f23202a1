/**
 * Hints of one process: listeners are called at once, in the publisher's turn. Nothing waits, so nothing needs a bound.
 */
import { Layer } from "effect"
import { makeListeners } from "../fibers/Listeners.ts"
import { type Hint, Hints } from "../ports/Hints.ts"

export const HintsInProcess = Layer.sync(Hints, () => {
  const { listen, tell } = makeListeners<ReadonlyArray<Hint>>()
  return Hints.of({
    // What a listener throws is the publisher's, once all others were told.
    publish: (hints) => {
      if (hints.length > 0) for (const defect of tell(hints)) throw defect
    },
    listen: (_node, listener) => listen(listener)
  })
})
