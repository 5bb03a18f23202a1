/** Services of a simulated process, one after another. */
import { Context, Effect, Layer, type Scope } from "effect"

/**
 * Adds the services of a layer to the existing ones. Like `Layer.provideMerge`, but without the memo of layers: that
 * runs merged and provided layers in fibers of their own and looks them up again and again, which together cost a fifth
 * of a whole run.
 */
export const adding =
  <A, E, In>(layer: Layer.Layer<A, E, In>) =>
  <Has, E0, R0>(
    there: Effect.Effect<Context.Context<Has>, E0, R0>
  ): Effect.Effect<Context.Context<Has | A>, E | E0, R0 | Exclude<In, Has> | Scope.Scope> => {
    const making = makingOf(layer)
    return Effect.flatMap(there, (services) =>
      Effect.map(Effect.provide(making, services), (made) => Context.merge(services, made))
    )
  }

/**
 * The effect of building a layer. For a layer made of an effect this takes that effect directly. `Layer.build` would
 * wrap it, so that a layer met twice is built once, in some 120 operations more, at each of a run's 60 services. (If a
 * later Effect names it otherwise, all are built.)
 */
const makingOf = <A, E, In>(layer: Layer.Layer<A, E, In>): Effect.Effect<Context.Context<A>, E, In | Scope.Scope> => {
  const { _op_layer, effect } = layer as unknown as { readonly _op_layer: string; readonly effect: unknown }
  const isOne = (_op_layer === "FromEffect" || _op_layer === "Scoped") && Effect.isEffect(effect)
  return isOne ? (effect as Effect.Effect<Context.Context<A>, E, In | Scope.Scope>) : Layer.build(layer)
}
