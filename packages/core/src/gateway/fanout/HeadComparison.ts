/**
 * What a gateway has fanned out, compared with heads: whatever was lost on the way here is found so, and read as any
 * other gap is.
 * One operation for all that heals. With the heads of the routes it costs next to nothing, and is done every few
 * seconds and whenever an envelope was lost; with those of the store it finds what the routes lost, too, and is done
 * every few minutes, after something that this gateway hears by was away, and for as long as the routes are.
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

/** Logs of one question. */
const sliceMax = 1_000
/** After each question to the store, so that gateways with many logs do not hold it up all at once. */
const storePause = "250 millis"

interface Heads {
  /**
   * With the heads of the routes, which are raised before anything is published; with the store's while those are away.
   */
  readonly withRoutes: Effect.Effect<void>
  /** With the store's heads. Tries until the store answers. */
  readonly withStore: Effect.Effect<void>
}

export class HeadComparison extends Context.Tag("@hibiki/core/gateway/HeadComparison")<
  HeadComparison,
  Heads & {
    /** With the heads of the routes, after something was missed. Reads cells again, too: they have no heads. */
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

/** Each of the two runs once at a time; one that is asked for meanwhile follows it. */
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
        // Beside it: when the routes are back, nothing waits for a long comparison with the store.
        Effect.zipRight(routesAway.met(cause), Effect.forkIn(withStore, scope))
      ),
      Effect.asVoid
    )
    return { withRoutes: singleFlight(logged(withRoutes), notCompared), withStore }
  })

type HeadsOf<E> = (logs: Parameters<EventStore["Type"]["heads"]>[0]) => Effect.Effect<ReadonlyArray<number>, E>

/** Heads in the order of the logs. One that is above what was fanned out is a gap, whatever was missed. */
export const receiveHeads = (
  fanout: Fanout,
  logs: ReadonlyArray<ConversationId>,
  heads: ReadonlyArray<number>
): void => {
  logs.forEach((log, i) => {
    fanout.receive({ log, head: heads[i] ?? 0, events: [] })
  })
}

/** Every place there is now, slice by slice. */
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

/** Whoever compares says so. */
export const notCompared = "Heads could not be compared"
