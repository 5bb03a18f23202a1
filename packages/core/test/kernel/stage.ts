/** A stage for the kernel's tests: actors that write down what happens to them, and a log that is kept. */
import { Effect, Either, Layer, Logger } from "effect"
import type { ActorRef } from "../../src/kernel/ActorRef.ts"
import { ActorSystem, type KernelOptions } from "../../src/kernel/ActorSystem.ts"
import {
  type ActorSystemApi,
  type Behaviour,
  resume,
  type Signal,
  type StopReason
} from "../../src/kernel/Behaviour.ts"

/** A behaviour whose state is nothing, unless `parts` says more. */
export const acting = <Message>(
  receive: Behaviour<undefined, Message>["receive"],
  parts: Partial<Behaviour<undefined, Message>> = {}
): Behaviour<undefined, Message> => ({
  name: "acting",
  capacity: 1000,
  onFull: "refuse",
  supervision: resume,
  init: () => undefined,
  receive,
  ...parts
})

/** A behaviour that writes each message into `seen`. */
export const writing = <Message>(
  seen: Array<Message>,
  parts: Partial<Behaviour<undefined, Message>> = {}
): Behaviour<undefined, Message> =>
  acting((_, message) => {
    seen.push(message)
  }, parts)

export type End = readonly [path: string, reason: StopReason["_tag"]]

/** A behaviour that watches the refs it is told of, and writes down who stopped and why. */
export const watching = (seen: Array<End>): Behaviour<undefined, ActorRef<never>> =>
  acting((self, ref) => self.watch(ref), {
    onSignal: (_, signal: Signal) => {
      seen.push([signal.path, signal.reason._tag])
    }
  })

export const start = <State, Message>(
  system: ActorSystemApi,
  path: string,
  behaviour: Behaviour<State, Message>
): ActorRef<Message> => Either.getOrThrow(system.spawn(path, behaviour))

export interface Logged {
  readonly level: string
  readonly text: string
  readonly actor: unknown
}

/** Runs `scene` in a system of its own, with what the system logs. */
export const onStage = <A, E>(
  scene: (system: ActorSystemApi, log: ReadonlyArray<Logged>) => Effect.Effect<A, E>,
  options: KernelOptions = {}
): Effect.Effect<A, E> => {
  const log: Array<Logged> = []
  const keeper = Logger.make(({ annotations, cause, logLevel, message }) => {
    const actor = [...annotations].find(([key]) => key === "actor")?.[1]
    log.push({ level: logLevel.label, text: `${String(message)} ${String(cause)}`, actor })
  })
  const layer = ActorSystem.layerWith(options).pipe(
    Layer.provide(Logger.replace(Logger.defaultLogger, keeper)),
    Layer.fresh
  )
  return Effect.flatMap(ActorSystem, (system) => scene(system, log)).pipe(Effect.provide(layer))
}
