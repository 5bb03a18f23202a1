import { Effect } from "effect"

/** A wait that is not worth telling anybody of (ms). */
const soonMs = 1_000

/**
 * The call, and while it is answered as one too many, which was not done, the call again after the wait that was asked
 * for, doubled each time: others wait for the same tokens. A longer wait is for the caller to tell.
 */
export const patiently = <A, E, R>(call: Effect.Effect<A, E, R>, factor = 1): Effect.Effect<A, E, R> =>
  Effect.catchAll(call, (error) => {
    const waitMs = factor * askedWait(error)
    return waitMs <= soonMs ? Effect.zipRight(Effect.sleep(waitMs), patiently(call, 2 * factor)) : Effect.fail(error)
  })

const askedWait = (error: unknown): number => {
  const { _tag, retryAfterMs } = Object(error) as { readonly _tag?: unknown; readonly retryAfterMs?: unknown }
  return _tag === "RateLimited" && typeof retryAfterMs === "number"
    ? Math.max(1, retryAfterMs)
    : Number.POSITIVE_INFINITY
}
