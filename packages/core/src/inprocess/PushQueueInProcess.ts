/** The push queue of one process: a set of waiting logs, lost with the process. */
import { Context, Effect, Layer } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import { PushConsumer, PushQueue } from "../ports/PushQueue.ts"
import type { QueueReading } from "../ports/QueueReadings.ts"

/** The most waiting logs. Further ones are dropped: in that case no push role is running. */
const waitingMax = 100_000

/** Reads how many logs wait. */
export class PushDepth extends Context.Tag("@hibiki/core/inprocess/PushDepth")<PushDepth, () => QueueReading>() {}

export const PushQueueInProcess: Layer.Layer<PushQueue | PushConsumer | PushDepth> = Layer.effectContext(
  Effect.sync(() => {
    const waiting = new Set<ConversationId>()
    let consumers = 0
    const latch = Effect.unsafeMakeLatch(false)
    const add = (logs: Iterable<ConversationId>) => {
      for (const log of logs) if (waiting.size < waitingMax) waiting.add(log)
      if (waiting.size > 0) latch.unsafeOpen()
    }
    const take = () => {
      const logs = [...waiting]
      waiting.clear()
      latch.unsafeClose()
      return logs
    }
    const consume = Effect.acquireRelease(
      Effect.sync(() => {
        const taken = new Set<ReadonlyArray<ConversationId>>()
        consumers++
        return {
          taken,
          ready: latch.await,
          take: () => {
            const logs = take()
            taken.add(logs)
            return { logs, ack: Effect.sync(() => void taken.delete(logs)) }
          }
        }
      }),
      ({ taken }) =>
        Effect.sync(() => {
          consumers--
          add([...taken].flat())
        })
    )
    return Context.make(PushQueue, PushQueue.of({ offer: (logs) => Effect.sync(() => add(logs)) })).pipe(
      Context.add(PushConsumer, { consume }),
      Context.add(PushDepth, () => ({ queue: "push", depth: waiting.size, consumers }))
    )
  })
)
