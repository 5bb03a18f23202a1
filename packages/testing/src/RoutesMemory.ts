/** Routes in process that can be emptied, or go back, at any moment, as those outside the process may. */

import { RoutesBook, type RoutesBounds, routesBounds, routesOver } from "@hibiki/core/inprocess/RoutesInProcess"
import { Routes } from "@hibiki/core/ports/Routes"
import { Context, Effect, Layer } from "effect"

export class RoutesFlush extends Context.Tag("@hibiki/testing/RoutesFlush")<
  RoutesFlush,
  {
    /** Heads, entries, leases and the generation are gone, all at once. */
    readonly flush: Effect.Effect<void>
    /**
     * Answers how to come back to what is there now, as from a file: what was written since is gone, and so is the
     * generation.
     */
    readonly remember: Effect.Effect<Effect.Effect<void>>
  }
>() {}

export const routesMemory = (bounds: Partial<RoutesBounds> = {}): Layer.Layer<Routes | RoutesFlush> =>
  Layer.effectContext(
    Effect.sync(() => {
      const book = new RoutesBook({ ...routesBounds, ...bounds })
      return Context.make(Routes, routesOver(book)).pipe(
        Context.add(RoutesFlush, {
          flush: Effect.sync(() => book.clear()),
          remember: Effect.sync(() => Effect.sync(book.remember()))
        })
      )
    })
  )
