/** A fiber that runs while there is work, and is started again when there is some after it rested. */
import { Effect } from "effect"

/**
 * Runs `body` again and again while `hasWork`; then calls `rest`, in the same step as the last look, so that no work comes in between that this run does
 * not see and of which nobody starts another. `body` never fails. Cut at the end of its scope it does not rest: nobody starts it again.
 */
export const whileWork = (options: {
  readonly hasWork: () => boolean
  readonly body: () => Effect.Effect<unknown>
  readonly rest: () => void
}): Effect.Effect<void> =>
  Effect.whileLoop({
    while: () => {
      if (options.hasWork()) return true
      options.rest()
      return false
    },
    body: options.body,
    step: () => undefined
  })
