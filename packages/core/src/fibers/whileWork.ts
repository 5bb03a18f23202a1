/** A fiber that runs while there is work, and is started again when there is some after it rested. */
import { Effect } from "effect"
import { tellFault } from "./tellFault.ts"

/** After a defect, so that one that comes again at once neither takes the process nor fills the log. */
const pause = "1 second"

/**
 * Runs `body` again and again while `hasWork`; then calls `rest`, in the same step as the last look, so that no work
 * comes in between that this run does not see and of which nobody starts another. `body` never fails; a defect is told
 * with the sentence `failed`, and the work that is left goes on after a pause. Cut at the end of its scope it does not
 * rest: nobody starts it again.
 */
export const whileWork = (options: {
  readonly hasWork: () => boolean
  readonly body: () => Effect.Effect<unknown>
  readonly rest: () => void
  readonly failed: string
}): Effect.Effect<void> => {
  const run = Effect.whileLoop({
    while: () => {
      if (options.hasWork()) return true
      options.rest()
      return false
    },
    body: options.body,
    step: () => undefined
  })
  // Around the whole: a step of the loop costs nothing for it.
  const loop: Effect.Effect<void> = Effect.catchAllCause(run, (cause) =>
    Effect.zipRight(tellFault(options.failed)(cause), Effect.delay(loop, pause))
  )
  return loop
}
