/**
 * A gateway's position in one conversation's log, and the rule for advancing it: strictly in order. Pure; Fanout.ts
 * carries out its decisions.
 */

import type { LogChange } from "../../commands/Decision.ts"
import type { LogEvent } from "../../domain/Event.ts"

/**
 * `fannedOut` is the last seq sent to the sockets here, -1 until the head was read; `highest` the greatest known seq.
 */
export interface Progress {
  fannedOut: number
  highest: number
  /** A range is being read from the store; changes that arrive in the meantime are only recorded. */
  reading: boolean
  /**
   * A seq above `fannedOut` was announced since the store was last asked. The store may not have had it then,
   * regardless of `highest`.
   */
  heard: boolean
}

export type Step =
  /** These events follow what was fanned out. */
  | { readonly _tag: "Deliver"; readonly events: ReadonlyArray<LogEvent> }
  /** Events in between are missing: read them from the log, never skip them. */
  | { readonly _tag: "Read" }
  /** Old, or recorded for later. */
  | { readonly _tag: "Nothing" }

const nothing: Step = { _tag: "Nothing" }

/**
 * Decides how to handle an announced change. A removed member must get nothing after the removal even if the removal's
 * own envelope was lost: hence never across a gap.
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
 * Whether a gap is small enough to read it event by event. If not, the gateway reads memberships again and jumps to the
 * head.
 */
export const canRead = (progress: Progress, first: number, head: number, most: number): boolean =>
  first <= progress.fannedOut + 1 && head - progress.fannedOut <= most
