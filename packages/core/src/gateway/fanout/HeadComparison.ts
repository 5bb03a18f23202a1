/**
 * Compares what a gateway has fanned out with the heads of the logs. This finds every loss on the way here, and the
 * gateway then reads it like any other gap. One operation for all repairs. With the heads of the routes it costs next
 * to nothing, and runs every few seconds and whenever an envelope was lost. With the store's heads it also finds losses
 * of the routes. That runs every few minutes, after an outage of a service from which this gateway gets its news, and
 * for as long as the routes are unreachable.
 */
import { Context, Effect, Layer, type Scope } from "effect"
import type { ConversationId } from "../../domain/Ids.ts"
import { singleFlight } from "../../fibers/Background.ts"
import { logFault, makeOutageLog } from "../../fibers/logging.ts"
import { retryBackoff } from "../../fibers/repeating.ts"
import { EventStore } from "../../ports/EventStore.ts"
import { Routes } from "../../ports/Routes.ts"
import { Fanout } from "./Fanout.ts"
import { ReadCellReader } from "./ReadCellReader.ts"

/** Logs of one query. */
const sliceMax = 1_000
/** Pause after each query to the store, so that gateways with many logs do not occupy it all at once. */
const storePause = "250 millis"

interface Heads {
  /**
   * Compares with the heads of the routes, which workers raise before they publish; with the store's while the routes
   * are unreachable.
   */
  readonly withRoutes: Effect.Effect<void>
  /** Compares with the store's heads. Retries until the store answers. */
  readonly withStore: Effect.Effect<void>
}

export class HeadComparison extends Context.Tag("@hibiki/core/gateway/HeadComparison")<
  HeadComparison,
  Heads & {
    /** Compares with the heads of the routes after a loss. Reads cells again, too: they have no heads. */
    readonly atOnce: Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function* () {
      const { readAgain } = yield* ReadCellReader
      const { withRoutes, withStore } = yield* makeHeadComparison(yield* Fanout.Tag)
      return {
        withRoutes,
        withStore: Effect.zipRight(withStore, readAgain),
        atOnce: Effect.zipRight(withRoutes, readAgain)
      }
    })
  )
}

/** Each of the two runs once at a time; a request during a run starts another one after it. */
export const makeHeadComparison = (fanout: Fanout): Effect.Effect<Heads, never, Routes | EventStore | Scope.Scope> =>
  Effect.gen(function* () {
    const routes = yield* Routes
    const store = yield* EventStore
    const scope = yield* Effect.scope

    const storeAway = makeOutageLog(
      "The store's heads could not be read; trying again",
      "The store's heads can be read again"
    )
    const routesAway = makeOutageLog(
      "Routes are away: comparing with the store's heads",
      "Routes are there again: comparing with their heads"
    )

    const storeHeads: typeof store.heads = (logs) =>
      store.heads(logs).pipe(
        Effect.tapError(({ cause }) => storeAway.met(cause)),
        Effect.retry(retryBackoff),
        Effect.zipLeft(storeAway.over)
      )
    const withStore = singleFlight(logged(sweep(fanout, storeHeads, Effect.sleep(storePause))), notCompared)
    const withRoutes = sweep(fanout, routes.heads, Effect.yieldNow()).pipe(
      Effect.zipRight(routesAway.over),
      Effect.catchTag("RoutesUnavailable", ({ cause }) =>
        // In parallel: when the routes are reachable again, nothing waits for a long comparison with the store.
        Effect.zipRight(routesAway.met(cause), Effect.forkIn(withStore, scope))
      ),
      Effect.asVoid
    )
    return { withRoutes: singleFlight(logged(withRoutes), notCompared), withStore }
  })

type HeadsOf<E> = (logs: Parameters<EventStore["Type"]["heads"]>[0]) => Effect.Effect<ReadonlyArray<number>, E>

/** Takes heads in the order of the logs. A head above what was fanned out is a gap, whatever the reason. */
export const receiveHeads = (
  fanout: Fanout,
  logs: ReadonlyArray<ConversationId>,
  heads: ReadonlyArray<number>
): void => {
  logs.forEach((log, i) => {
    fanout.receive({ log, head: heads[i] ?? 0, events: [] })
  })
}

/** Goes over all present places, slice by slice. */
const sweep = <E>(fanout: Fanout, headsOf: HeadsOf<E>, after: Effect.Effect<void>): Effect.Effect<void, E> =>
  Effect.suspend(() => {
    const logs = [...fanout.places.keys()]
    let from = 0
    const compareSlice = Effect.suspend(() => {
      const part = logs.slice(from, from + sliceMax)
      from += sliceMax
      return Effect.map(headsOf(part), (heads) => {
        receiveHeads(fanout, part, heads)
        fanout.flush()
      })
    })
    return Effect.whileLoop({
      while: () => from < logs.length,
      body: () => Effect.zipLeft(compareSlice, after),
      step: () => undefined
    })
  })

const logged = <E>(comparison: Effect.Effect<void, E>): Effect.Effect<void> =>
  Effect.catchAllCause(comparison, logFault(notCompared))

/** Both comparisons log with this sentence. */
export const notCompared = "Heads could not be compared"
