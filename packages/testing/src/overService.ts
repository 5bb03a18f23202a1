/** Wraps one service of a layer, and leaves the layer's others as they are. */
import { Context, Layer } from "effect"

export const overService =
  <Id, Service>(tag: Context.Tag<Id, Service>, over: (service: Service) => Service) =>
  <Out, E, R>(layer: Layer.Layer<Id | Out, E, R>): Layer.Layer<Id | Out, E, R> =>
    Layer.map(layer, (context) => Context.add(context, tag, over(Context.get(context, tag))))
