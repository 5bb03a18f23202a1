/** Reads slices of logs for many sockets in one query. Sockets that miss the same events share the same frames. */
import { Context, Effect, Layer } from "effect"
import type { LogEvent } from "../../domain/Event.ts"
import { makeBatcher } from "../../fibers/Batcher.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import { EventStore, type LogSlice, type SliceRequest, type StoreUnavailable } from "../../ports/EventStore.ts"
import { EventRuns } from "../../protocol/ServerFrame.ts"

/** The most slices of one query, and the most events it may return. */
const queryMax = 500
const queryEventsMax = 5_000

export interface SlicedRuns extends LogSlice {
  /** Frames of `events`, encoded once for all slices of the same events. They last as long as the slices do. */
  readonly runs: EventRuns
}

export class LogSlices extends Context.Tag("@hibiki/core/gateway/LogSlices")<
  LogSlices,
  {
    /** Reads slices in the order of the requests, as part of one query for many sockets. */
    readonly read: (requests: ReadonlyArray<SliceRequest>) => Effect.Effect<ReadonlyArray<SlicedRuns>, StoreUnavailable>
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const store = yield* EventStore
      return { read: yield* makeBatcher(queryMax, slicesOfMany(store), { of: weightOf, most: queryEventsMax }) }
    })
  )
}

/** Logs an outage once for all devices of a query, since each of them retries. */
const slicesOfMany = (store: EventStore["Type"]) => {
  const away = makeOutageLog(
    "What devices miss could not be read; they try again",
    "What devices miss can be read again"
  )
  return (asked: ReadonlyArray<ReadonlyArray<SliceRequest>>) =>
    store.slices(asked.flat()).pipe(
      Effect.zipLeft(away.over),
      Effect.tapError(({ cause }) => away.met(cause)),
      Effect.map((answer) => {
        const slices = slicedRuns(answer)
        let at = 0
        return asked.map((mine) => {
          const from = at
          at += mine.length
          return slices.slice(from, at)
        })
      })
    )
}

/**
 * By the number of requested events. Each slice has a minimum weight, so that a query stays within its bound of slices.
 */
const weightOf = (requests: ReadonlyArray<SliceRequest>): number =>
  requests.reduce((sum, { limit }) => sum + Math.max(limit, queryEventsMax / queryMax), 0)

/** Wraps the slices of one answer; many may have the same array of events. */
const slicedRuns = (slices: ReadonlyArray<LogSlice>): ReadonlyArray<SlicedRuns> => {
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
