/** The home of all actors of a process: one registry, one dispatcher, one heap of timers. */
import { Context, Effect, FiberRef, Layer, Runtime, RuntimeFlags, Scheduler } from "effect"
import type { ActorSystemApi } from "./Behaviour.ts"
import { eventLoopScheduler } from "./eventLoopScheduler.ts"
import { handlerScheduler } from "./handlerScheduler.ts"
import { Kernel, type KernelOptions } from "./Kernel.ts"

export type { ActorSystemApi } from "./Behaviour.ts"

/**
 * Clock, loggers and everything else that lives in fibers are those of the fiber that builds the layer. So is the
 * scheduler when it is not Effect's default: a simulation that brings a seeded one drives the dispatcher, too.
 */
const make = (options: KernelOptions) =>
  Effect.gen(function* () {
    // A layer may be built where interruption is off; an actor must be cut all the same.
    const runtime = Runtime.enableRuntimeFlag(yield* Effect.runtime<never>(), RuntimeFlags.Interruption)
    const ambient = yield* FiberRef.get(FiberRef.currentScheduler)
    const isDefault = ambient === Scheduler.defaultScheduler
    const handlers = Runtime.setFiberRef(runtime, FiberRef.currentScheduler, isDefault ? handlerScheduler : ambient)
    const kernel = new Kernel(options, handlers, yield* Effect.clock)
    yield* kernel.dispatcher.run.pipe(
      Effect.withScheduler(isDefault ? eventLoopScheduler : ambient),
      Effect.interruptible,
      Effect.forkScoped
    )
    // Added after the dispatcher, so run before it ends: stopping actors still need it.
    yield* Effect.addFinalizer(() => kernel.shutdown)
    const api: ActorSystemApi = kernel
    return api
  })

export class ActorSystem extends Context.Tag("@hibiki/core/kernel/ActorSystem")<ActorSystem, ActorSystemApi>() {
  static readonly layerWith = (options: KernelOptions): Layer.Layer<ActorSystem> => Layer.scoped(this, make(options))
  /** Stops all actors when its scope closes: drains them, then cuts those that take too long. */
  static readonly layer: Layer.Layer<ActorSystem> = ActorSystem.layerWith({})
}
