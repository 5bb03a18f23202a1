/** Work that is never under way twice. */
import { Effect } from "effect"
import { whileWork } from "./whileWork.ts"

/**
 * The effect, once at a time: what is asked for while it runs follows it, together. `failed` says what did not go on.
 */
export const singleFlight = (effect: Effect.Effect<void>, failed: string): Effect.Effect<void> => {
  let running = false
  let again = false
  const rest = () => {
    running = false
  }
  const rounds = whileWork({
    hasWork: () => again,
    body: () => {
      again = false
      return effect
    },
    rest,
    failed
  })
  return Effect.suspend(() => {
    again = true
    if (running) return Effect.void
    running = true
    return Effect.onInterrupt(rounds, () => Effect.sync(rest))
  })
}
