/**
 * Where a gateway stands in one conversation's log, and the rule by which it goes on: in order only.
 * Pure; Fanout.ts runs what it says.
 */

import type { LogChange } from "../../commands/Decision.ts"
import type { LogEvent } from "../../domain/Event.ts"

/**
 * `fannedOut` is the last seq given to the sockets here, -1 until the head was read; `highest` the greatest seq heard
 * of.
 */
export interface Progress {
  fannedOut: number
  highest: number
  /** A range is being read from the store; what comes meanwhile is only noted. */
  reading: boolean
  /**
   * Something above `fannedOut` was heard of since the store was last asked: it may not have been there yet, whatever
   * `highest` is.
   */
  heard: boolean
}

export type Step =
  /** These follow what was fanned out. */
  | { readonly _tag: "Deliver"; readonly events: ReadonlyArray<LogEvent> }
  /** Something between was not heard: it is read from the log, never skipped. */
  | { readonly _tag: "Read" }
  /** Old, or noted for later. */
  | { readonly _tag: "Nothing" }

const nothing: Step = { _tag: "Nothing" }

/**
 * What to do with a change that was heard of. A removed member must get nothing after the removal even when the
 * removal's own envelope was lost: hence never across a gap.
 */
export const step = (progress: Progress, change: LogChange): Step => {
  if (change.head > progress.highest) progress.highest = change.head
  if (change.head > progress.fannedOut) progress.heard = true
  if (progress.reading || progress.fannedOut < 0 || change.head <= progress.fannedOut) return nothing
  const first = change.events[0]
  if (first === undefined || first.seq > progress.fannedOut + 1) return { _tag: "Read" }
  if (first.seq === progress.fannedOut + 1) return { _tag: "Deliver", events: change.events }
  return { _tag: "Deliver", events: change.events.filter((event) => event.seq > progress.fannedOut) }
}

/**
 * Whether a gap is small enough to be read event by event; else the gateway reads memberships again and jumps to the
 * head.
 */
export const canRead = (progress: Progress, first: number, head: number, most: number): boolean =>
  first <= progress.fannedOut + 1 && head - progress.fannedOut <= most
