/** The depth of the queues of a single process. */
import { Effect, Layer } from "effect"
import { QueueReadings } from "../ports/QueueReadings.ts"
import { IngressDepths } from "./IngressInProcess.ts"
import { PushDepth } from "./PushQueueInProcess.ts"

export const QueueReadingsInProcess = Layer.effect(
  QueueReadings,
  Effect.map(Effect.all([IngressDepths, PushDepth]), ([partitions, push]) =>
    QueueReadings.of({ read: Effect.sync(() => [...partitions(), push()]) })
  )
)
