/** A gate for tests: while it is shut, what passes through it waits. */
import { Effect } from "effect"
import { rest } from "./waiting.ts"

export interface Gate {
  /** How many wait or have waited since it was shut. */
  readonly held: () => number
  readonly shut: () => void
  readonly open: () => void
  readonly through: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** Opens it before what was made earlier in the scope ends: an actor that waits would hold up its system's end. */
export const openAtEnd = (gate: Gate) => Effect.addFinalizer(() => Effect.zipRight(Effect.sync(gate.open), rest))

/** Open at first. */
export const makeGate = (): Gate => {
  const latch = Effect.unsafeMakeLatch(true)
  let isShut = false
  let held = 0
  return {
    held: () => held,
    shut: () => {
      isShut = true
      held = 0
      latch.unsafeClose()
    },
    open: () => {
      isShut = false
      latch.unsafeOpen()
    },
    through: (effect) =>
      Effect.suspend(() => {
        if (isShut) held++
        return Effect.zipRight(latch.await, effect)
      })
  }
}
