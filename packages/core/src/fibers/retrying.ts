/** Work that is tried again when it failed. */
import { Effect, type Schedule } from "effect"

export interface Retrying<E> {
  readonly schedule: Schedule.Schedule<unknown, E>
  /** Whether another try may help; left out, always. */
  readonly while?: (error: E) => boolean
}

/**
 * As `Effect.retry`, which makes its schedule ready before the first try: some 35 operations and a copy of all
 * services, each time. That is done here once something has failed, so that work which hardly ever fails costs next to
 * nothing more.
 */
export const retrying = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { schedule, while: mayHelp = () => true }: Retrying<E>
): Effect.Effect<A, E, R> =>
  Effect.catchAll(effect, (failure) => {
    let isFirst = true
    const again = Effect.suspend(() => {
      if (!isFirst) return effect
      isFirst = false
      return Effect.fail(failure)
    })
    return Effect.retry(again, { schedule, while: mayHelp })
  })
