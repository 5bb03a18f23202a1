/**
 * The depth of RabbitMQ's queues by passive declares, on a connection that is open only while somebody looks: a queue
 * that hangs blocks nothing else.
 */
import { type QueueReading, QueueReadings, QueuesUnavailable } from "@hibiki/core/ports/QueueReadings"
import { Effect, Layer, RcMap, type Redacted } from "effect"
import { AmqpSession, type OpenLink } from "./AmqpSession.ts"
import { isNotFound } from "./BrokerProblem.ts"
import { deadLetters, partitionQueue, pushQueue } from "./RabbitTopology.ts"

export interface QueueReadingsRabbitOptions {
  readonly url: Redacted.Redacted
  /** The number of partitions that the topology was set up with. */
  readonly partitions: number
}

const link = "queues"
/** The timeouts of connecting, and of one reading. */
const openWithin = "2 seconds"
const readWithin = "2 seconds"
const idleFor = "10 seconds"

export const queueReadingsRabbit = ({ partitions, url }: QueueReadingsRabbitOptions): Layer.Layer<QueueReadings> =>
  Layer.scoped(
    QueueReadings,
    Effect.gen(function* () {
      // One entry. A reading that fails removes it, and the next one connects anew.
      const links = yield* RcMap.make({ lookup: () => open(url), idleTimeToLive: idleFor })
      const read = Effect.gen(function* () {
        const opened = yield* RcMap.get(links, link)
        return yield* attempt(() => readAll(opened, everyQueue(partitions)), readWithin)
      }).pipe(
        Effect.scoped,
        Effect.tapError(() => RcMap.invalidate(links, link))
      )
      return QueueReadings.of({ read })
    })
  )

const attempt = <A>(ask: () => Promise<A>, within: typeof openWithin) =>
  Effect.tryPromise({ try: ask, catch: (cause) => new QueuesUnavailable({ cause }) }).pipe(
    Effect.timeoutFail({ duration: within, onTimeout: () => new QueuesUnavailable({ cause: "no answer in time" }) })
  )

/** A session that has ended fails the next reading. */
const open = (url: Redacted.Redacted) =>
  Effect.acquireRelease(
    Effect.sync(() => new AmqpSession({ url, link }, () => undefined)),
    (session) => Effect.promise(() => session.end())
  ).pipe(Effect.flatMap((session) => attempt(() => session.open(), openWithin)))

type Named = Pick<QueueReading, "queue" | "partition"> & { readonly name: string }

const everyQueue = (partitions: number): ReadonlyArray<Named> => [
  ...Array.from(
    { length: partitions },
    (_, partition): Named => ({ queue: "partition", partition, name: partitionQueue(partition) })
  ),
  { queue: "push", name: pushQueue },
  { queue: "deadLetters", name: deadLetters }
]

/** One after the other, as the driver asks on a channel. A missing queue ends the channel. */
const readAll = async (opened: OpenLink, queues: ReadonlyArray<Named>): Promise<ReadonlyArray<QueueReading>> => {
  const readings: Array<QueueReading> = []
  let channel = await opened.beside()
  for (const { name, ...queue } of queues) {
    try {
      const { consumerCount, messageCount } = await channel.checkQueue(name)
      const consumers = queue.queue === "deadLetters" ? undefined : consumerCount
      readings.push({ ...queue, depth: messageCount, consumers })
    } catch (error) {
      if (!isNotFound(error)) throw error
      readings.push({ ...queue, depth: undefined, consumers: undefined })
      channel = await opened.beside()
    }
  }
  await channel.close()
  return readings
}
