/** Slices as sockets are sent them: those who missed the same are sent the same frames. */
import type { LogEvent } from "../domain/Event.ts"
import type { LogSlice } from "../ports/EventStore.ts"
import { EventRuns } from "../protocol/EncodedFrame.ts"

export interface SlicedRuns extends LogSlice {
  /** Frames of `events`, made once for all slices of the same events. They last as long as the slices do. */
  readonly runs: EventRuns
}

/** Slices of one answer, of which many may have the same array of events. */
export const slicedRuns = (slices: ReadonlyArray<LogSlice>): ReadonlyArray<SlicedRuns> => {
  const known = new Map<ReadonlyArray<LogEvent>, EventRuns>()
  return slices.map((slice) => {
    const before = known.get(slice.events)
    const runs = before ?? new EventRuns(slice.log, slice.events)
    if (before === undefined) known.set(slice.events, runs)
    else runs.isShared = true
    // Spread last: V8 takes a microsecond for a member that is added to a spread object.
    return { runs, ...slice }
  })
}
