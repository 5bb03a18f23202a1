/** Services of a simulated process, one after another. */
import { Context, Effect, Layer, type Scope } from "effect"

/**
 * Adds to the services that are there what a layer makes of them. As `Layer.provideMerge`, without what layers remember of each other: merged and provided
 * ones are made by fibers of their own and looked up again and again, which together was a fifth of what a whole run costs.
 */
export const adding =
  <A, E, In>(layer: Layer.Layer<A, E, In>) =>
  <Has, E0, R0>(
    there: Effect.Effect<Context.Context<Has>, E0, R0>
  ): Effect.Effect<Context.Context<Has | A>, E | E0, R0 | Exclude<In, Has> | Scope.Scope> =>
    Effect.flatMap(there, (services) => Effect.map(Effect.provide(Layer.build(layer), services), (made) => Context.merge(services, made)))
