/**
 * Routes in process that can be emptied, or go back to an older state, at any moment, like those outside the process.
 */

import { RoutesBook, type RoutesBounds, routesBounds, routesOver } from "@hibiki/core/inprocess/RoutesInProcess"
import { Routes } from "@hibiki/core/ports/Routes"
import { Context, Effect, Layer } from "effect"

export class RoutesFlush extends Context.Tag("@hibiki/testing/RoutesFlush")<
  RoutesFlush,
  {
    /** Deletes heads, entries, leases and the generation, all at once. */
    readonly flush: Effect.Effect<void>
    /**
     * Returns an effect that restores the present state, as from a file: later writes are gone, and so is the
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
