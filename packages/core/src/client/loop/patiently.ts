import { Effect } from "effect"

/** The longest wait that the caller need not report (ms). */
const soonMs = 1_000

/**
 * Runs the call. While it fails with `RateLimited`, which means that it was not done, repeats it after the delay that
 * the server asked for. Each retry doubles the factor of this delay, because others wait for the same tokens. Fails if
 * the delay is longer than `soonMs`, so that the caller can report it.
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
