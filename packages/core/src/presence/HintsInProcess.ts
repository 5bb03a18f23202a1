/** Hints of one process: listeners are called at once, in the publisher's turn. Nothing waits, so nothing needs a bound. */
import { Effect, Layer } from "effect"
import type { NodeId } from "../domain/Ids.ts"
import { type Hint, Hints } from "./Hints.ts"

interface Listening {
  readonly node: NodeId
  readonly listener: (hints: ReadonlyArray<Hint>) => void
}

export const HintsInProcess = Layer.sync(Hints, () => {
  // Replaced, never changed: a listener may end while the others are told.
  let all: ReadonlyArray<Listening> = []
  return Hints.of({
    publish: (hints) => {
      if (hints.length > 0) for (const { listener } of all) listener(hints)
    },
    listen: (node, listener) =>
      Effect.asVoid(
        Effect.acquireRelease(
          Effect.sync(() => {
            const listening: Listening = { node, listener }
            all = [...all, listening]
            return listening
          }),
          (listening) =>
            Effect.sync(() => {
              all = all.filter((other) => other !== listening)
            })
        )
      )
  })
})
