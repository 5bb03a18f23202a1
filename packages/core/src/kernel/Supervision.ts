/** What becomes of an actor whose handler failed. */
import { Duration } from "effect"

/**
 * - `Resume`: the message is dropped, the state is kept.
 * - `Restart`: fresh state by `init`, the mailbox is kept; at most `times` restarts in any `withinMs`, the next failure
 * stops the actor.
 * - `Stop`: the first failure stops the actor.
 *
 * Whatever is chosen, a failure is logged as an Error with its cause, counted, and shown as `lastFailure` in the
 * listing.
 */
export type Supervision =
  | { readonly _tag: "Resume" }
  | { readonly _tag: "Restart"; readonly times: number; readonly withinMs: number }
  | { readonly _tag: "Stop" }

/** Drop the message that failed, keep the state, go on. */
export const resume: Supervision = { _tag: "Resume" }

/** Start again with fresh state, at most `times` in a window of `within`; then stop and tell the parent. */
export const restart = (options: {
  readonly times: number
  readonly within: Duration.DurationInput
  /** Says it aloud; nothing else can follow. Optional: linters take any `then` for a promise's. */
  readonly then?: "stop"
}): Supervision => ({ _tag: "Restart", times: options.times, withinMs: Duration.toMillis(options.within) })

/** Stop at the first failure and tell the parent. */
export const stop: Supervision = { _tag: "Stop" }

/**
 * The restarts of the window that ends at `nowMs`, this one included; undefined when this one would be one too many.
 * `earlier` holds the times of former restarts, oldest first, in milliseconds.
 */
export const admitRestart = (
  policy: { readonly times: number; readonly withinMs: number },
  earlier: ReadonlyArray<number>,
  nowMs: number
): ReadonlyArray<number> | undefined => {
  const recent = earlier.filter((at) => nowMs - at < policy.withinMs)
  return recent.length < policy.times ? [...recent, nowMs] : undefined
}
