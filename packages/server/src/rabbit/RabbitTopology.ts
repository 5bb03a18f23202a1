/**
 * The queues and exchanges of Hibiki in RabbitMQ. `hibiki setup` declares them, and no process does so on first use: a
 * quorum queue that is less than a second old when the broker is killed is lost with everything it had confirmed.
 */
import { setTimeout as sleep } from "node:timers/promises"
import type { Channel, ChannelModel, Options } from "amqplib"
import type { Effect, Redacted } from "effect"
import { BrokerProblem, isNotFound, notSetUp } from "./BrokerProblem.ts"
import { type QueueState, queueStates } from "./queueStates.ts"
import { untilDeclared } from "./untilDeclared.ts"
import { onChannel, withBroker } from "./withBroker.ts"

export const partitionQueue = (partition: number): string => `hibiki.ingress.${partition}`
/** Returns the partition whose queue has this name. */
export const partitionOf = (queue: string): number | undefined => {
  const [, partition] = /^hibiki\.ingress\.(\d{1,3})$/.exec(queue) ?? []
  return partition === undefined ? undefined : Number(partition)
}
/** The dead letters: the exchange to which partitions send them, and the queue behind it. */
export const deadLetters = "hibiki.ingress.dead"
/** Routes by node id, and to every gateway. */
export const nodesExchange = "hibiki.nodes"
export const gatewaysExchange = "hibiki.gateways"
/** Logs with events that may need a push notification, for all senders of notifications. */
export const pushQueue = "hibiki.push"
/** No message goes through this exchange. Its existence means that a set-up with this many partitions was completed. */
const markOf = (partitions: number): string => `hibiki.partitions.${partitions}`

export interface TopologyOptions {
  readonly url: Redacted.Redacted
  readonly partitions: number
  /**
   * Deliveries of one batch before it becomes a dead letter. The end of a worker or a connection counts as well, so
   * some dozens of deliveries are no sign of a poison message.
   */
  readonly deliveryLimit?: number | undefined
  /** Batches that wait in one partition; the queue refuses further ones. */
  readonly partitionMax?: number | undefined
  /** Set-up recreates a queue only if it was down at every check for this long. */
  readonly recoverMs?: number | undefined
}

const defaults = { deliveryLimit: 50, partitionMax: 100_000, recoverMs: 10_000 }
const partitionsMax = 256
const deadMax = 1_000_000
/** Messages that wait while nobody sends notifications. Beyond it the queue drops the oldest. */
const pushMax = { messages: 1_000_000, bytes: 268_435_456 }
/**
 * Longer than any outage of the store: a worker holds its batches during one, and the broker closes a channel that
 * holds a batch for longer.
 */
const consumerTimeoutMs = 7 * 24 * 3_600_000

export interface SetUp {
  readonly made: boolean
  /** Queues that were down and were recreated on request. */
  readonly remade: ReadonlyArray<string>
  /** The remaining trouble with queues and what to do about it, if there is any. */
  readonly trouble: string | undefined
}

/**
 * Declares what is missing. Safe at any time and by several processes at once. It never changes or deletes existing
 * queues unless `remakeDown` is set. It then deletes the queues that are and stay down, with all their messages, and
 * declares them again. Nobody can tell how many messages those are: RabbitMQ reports a queue that is down as empty.
 */
export const setUpTopology = (options: TopologyOptions, remakeDown = false): Effect.Effect<SetUp, BrokerProblem> =>
  withBroker(options.url, async (model, answered) => {
    const before = await lookAt(model, options.partitions, answered)
    if (before.other !== undefined) throw otherPartitions(before.other, options.partitions)
    await untilDeclared(() => declareAll(model, options, answered))
    const queues = everyQueue(options.partitions)
    const states = await queueStates(options.url, queues, { answered })
    const down = remakeDown ? queues.filter((queue) => states.get(queue) === "down") : []
    if (down.length === 0) return { made: !before.isComplete, remade: [], trouble: troubleOf(states) }
    const remade = await staysDown(options, down, answered)
    for (const queue of remade) await onChannel(model, (channel) => channel.deleteQueue(queue))
    await untilDeclared(() => declareAll(model, options, answered))
    return {
      made: !before.isComplete,
      remade,
      trouble: troubleOf(await queueStates(options.url, queues, { answered }))
    }
  })

/**
 * Returns the queues that are down for good. While a broker has just started or elects a leader, a queue is down for a
 * moment and still has everything it confirmed.
 */
const staysDown = async (
  { recoverMs = defaults.recoverMs, url }: TopologyOptions,
  queues: ReadonlyArray<string>,
  answered: () => void
) => {
  const untilMs = performance.now() + recoverMs
  let down = queues
  while (down.length > 0 && performance.now() < untilMs) {
    await sleep(500)
    const states = await queueStates(url, down, { answered })
    down = down.filter((queue) => states.get(queue) === "down")
  }
  return down
}

/** Checks that a set-up was completed. A process may then start, even if a queue has broken since. */
export const checkSetUp = ({
  partitions,
  url
}: Pick<TopologyOptions, "url" | "partitions">): Effect.Effect<void, BrokerProblem> =>
  withBroker(url, async (model, answered) => void (await mustBeSetUp(model, partitions, answered)))

/**
 * Checks that everything exists and works, without declaring anything. Only `setUpTopology` compares the settings of
 * queues.
 */
export const checkTopology = ({
  partitions,
  url
}: Pick<TopologyOptions, "url" | "partitions">): Effect.Effect<void, BrokerProblem> =>
  withBroker(url, async (model, answered) => {
    const { isComplete } = await mustBeSetUp(model, partitions, answered)
    const sentence = troubleOf(await queueStates(url, everyQueue(partitions), { answered }))
    if (sentence !== undefined) throw new BrokerProblem({ reason: isComplete ? "broken" : "notSetUp", sentence })
    if (!isComplete) throw notSetUp()
  })

const everyQueue = (partitions: number): ReadonlyArray<string> => [
  ...Array.from({ length: partitions }, (_, partition) => partitionQueue(partition)),
  deadLetters,
  pushQueue
]

const mustBeSetUp = async (model: ChannelModel, partitions: number, answered: () => void) => {
  const found = await lookAt(model, partitions, answered)
  if (found.other !== undefined) throw otherPartitions(found.other, partitions)
  if (!found.isSetUp) throw notSetUp()
  return found
}

const named = 3

/** Returns one short line that includes what to do. */
const troubleOf = (states: ReadonlyMap<string, QueueState>): string | undefined => {
  const those = (state: QueueState) => [...states].filter(([, found]) => found === state).map(([queue]) => queue)
  const [missing, down, silent] = [those("missing"), those("down"), those("silent")]
  if (down.length > 0)
    return `RabbitMQ can't run ${namesOf(down)}${also("lacks", missing)}: restart it, which loses nothing; if that does not help, \`hibiki setup --remake-down\`.`
  if (missing.length > 0)
    return `RabbitMQ lacks ${namesOf(missing)}${also("gets no answer of", silent)}: run \`hibiki setup\`.`
  if (silent.length > 0) return `RabbitMQ gets no answer of ${namesOf(silent)}: its log and its other nodes tell why.`
  return undefined
}

const also = (verb: string, queues: ReadonlyArray<string>): string =>
  queues.length === 0 ? "" : `, and ${verb} ${namesOf(queues)}`

/** Names partitions by their numbers. */
const namesOf = (queues: ReadonlyArray<string>): string => {
  const partitions = queues.map(partitionOf).filter((partition) => partition !== undefined)
  const more = partitions.length - named
  const numbers = partitions.slice(0, named).join(", ") + (more > 0 ? ` and ${more} more` : "")
  const others = queues.filter((queue) => partitionOf(queue) === undefined)
  return [
    ...(numbers === "" ? [] : [`${partitions.length === 1 ? "partition" : "partitions"} ${numbers}`]),
    ...others
  ].join(", ")
}

/** Returns how many partitions have a consumer at present. */
export const consumedPartitions = ({
  partitions,
  url
}: Pick<TopologyOptions, "url" | "partitions">): Effect.Effect<number, BrokerProblem> =>
  withBroker(url, (model, answered) =>
    onChannel(model, async (channel) => {
      let consumed = 0
      for (let partition = 0; partition < partitions; partition++) {
        if ((await channel.checkQueue(partitionQueue(partition))).consumerCount > 0) consumed++
        answered()
      }
      return consumed
    })
  )

const declareAll = async (model: ChannelModel, options: TopologyOptions, answered: () => void): Promise<void> => {
  const { deliveryLimit = defaults.deliveryLimit, partitionMax = defaults.partitionMax, partitions } = options
  await onChannel(model, async (channel) => {
    await channel.assertExchange(deadLetters, "fanout", { durable: true })
    // Looking at a letter is a delivery: without the -1 a letter would be gone after 20 looks.
    await channel.assertQueue(
      deadLetters,
      quorum({ "x-delivery-limit": -1, "x-max-length": deadMax, "x-overflow": "reject-publish" })
    )
    await channel.bindQueue(deadLetters, deadLetters, "")
    await channel.assertExchange(nodesExchange, "direct", { durable: true })
    for (let partition = 0; partition < partitions; partition++) {
      await channel.assertQueue(
        partitionQueue(partition),
        quorum({
          "x-single-active-consumer": true,
          "x-delivery-limit": deliveryLimit,
          "x-dead-letter-exchange": deadLetters,
          // Needs reject-publish, and keeps a dead letter here until the queue behind the exchange has stored it.
          "x-dead-letter-strategy": "at-least-once",
          "x-overflow": "reject-publish",
          "x-max-length": partitionMax,
          "x-consumer-timeout": consumerTimeoutMs
        })
      )
      answered()
    }
    await channel.assertQueue(
      pushQueue,
      quorum({
        "x-delivery-limit": -1,
        "x-overflow": "drop-head",
        "x-max-length": pushMax.messages,
        "x-max-length-bytes": pushMax.bytes,
        "x-consumer-timeout": consumerTimeoutMs
      })
    )
    await channel.assertExchange(gatewaysExchange, "fanout", { durable: true })
    await channel.assertExchange(markOf(partitions), "fanout", { durable: true })
  })
}

const quorum = (settings: Readonly<Record<string, unknown>>): Options.AssertQueue => ({
  durable: true,
  arguments: { "x-queue-type": "quorum", ...settings }
})

/**
 * Returns whether a set-up was completed and whether everything exists. If the set-up had another number of partitions,
 * returns that number.
 */
const lookAt = async (
  model: ChannelModel,
  wanted: number,
  answered: () => void
): Promise<{ readonly isSetUp: boolean; readonly isComplete: boolean; readonly other?: number }> => {
  if (!(Number.isInteger(wanted) && wanted >= 1 && wanted <= partitionsMax)) {
    throw new BrokerProblem({
      reason: "failed",
      sentence: `The number of partitions must be between 1 and ${partitionsMax}.`
    })
  }
  const mark = (partitions: number) => areThere(model, (channel) => channel.checkExchange(markOf(partitions)))
  const [gateways, marked] = [
    await areThere(model, (channel) => channel.checkExchange(gatewaysExchange)),
    await mark(wanted)
  ]
  if (gateways && !marked) {
    for (let other = 1; other <= partitionsMax; other++) {
      if (await mark(other)) return { isSetUp: false, isComplete: false, other }
      answered()
    }
  }
  const isSetUp = gateways && marked && (await areThere(model, (channel) => channel.checkExchange(nodesExchange)))
  const isComplete =
    isSetUp &&
    (await areThere(model, async (channel) => {
      for (const queue of everyQueue(wanted)) {
        await channel.checkQueue(queue)
        answered()
      }
    }))
  return { isSetUp, isComplete }
}

/** A request about a missing object closes the channel. */
const areThere = (model: ChannelModel, ask: (channel: Channel) => Promise<unknown>): Promise<boolean> =>
  onChannel(model, async (channel) => {
    try {
      await ask(channel)
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  })

const otherPartitions = (there: number, wanted: number) =>
  new BrokerProblem({
    reason: "otherPartitions",
    sentence: `RabbitMQ was set up with ${there} partitions, and this server expects ${wanted}: give it the number that the set-up had.`
  })
