/** A vhost of its own for one live suite or test, set up as `hibiki setup` does, and what tests send through it. */

import type { LogChange } from "@hibiki/core/commands/Decision"
import { CommandId, ConversationId, Epoch, NodeId, UserId } from "@hibiki/core/domain/Ids"
import { Ingress, IngressConsumer, type IngressMessage, type IngressUnavailable } from "@hibiki/core/ports/Ingress"
import type { Envelope, Submission } from "@hibiki/core/ports/Submission"
import { type Channel, connect } from "amqplib"
import { Context, Effect, Layer, Redacted } from "effect"
import { inject } from "vitest"
import { BrokenPartitions } from "../../src/rabbit/BrokenPartitions.ts"
import { ingressConsumerRabbit, ingressRabbit } from "../../src/rabbit/IngressRabbit.ts"
import { setUpTopology, type TopologyOptions } from "../../src/rabbit/RabbitTopology.ts"
import { type RabbitAddress, startPrivateRabbit, takeVhost } from "./privateRabbit.ts"

export class LiveVhost extends Context.Tag("test/LiveVhost")<LiveVhost, { readonly url: Redacted.Redacted }>() {}

/** An empty one, on the shared broker or another. */
export const makeVhost = (rabbit: RabbitAddress = inject("rabbit")): Redacted.Redacted =>
  Redacted.make(takeVhost(rabbit))

/** Set up, for one test. */
export const freshTopology = (options: Omit<TopologyOptions, "url">, rabbit?: RabbitAddress) =>
  Effect.tap(
    Effect.sync(() => makeVhost(rabbit)),
    (url) => setUpTopology({ url, ...options })
  )

/** Set up, for one suite. */
export const freshVhost = (partitions: number) =>
  Layer.effect(
    LiveVhost,
    Effect.map(freshTopology({ partitions }), (url) => ({ url }))
  )

/** Whatever Hibiki itself does not do. */
export const onBroker = <A>(url: Redacted.Redacted, use: (channel: Channel) => Promise<A>): Effect.Effect<A> =>
  Effect.promise(async () => {
    const model = await connect(Redacted.value(url))
    const channel = await model.createChannel()
    const result = await use(channel)
    // What was published on it would be overtaken by the connection's own close.
    await channel.close()
    await model.close()
    return result
  })

export const uuid = "0191e2a0-0000-7000-8000-000000000001"
const log = ConversationId.make(uuid)

/** A batch that is told from others by its name. */
export const batch = (name: string): ReadonlyArray<Submission> => [
  {
    v: 1,
    to: NodeId.make(uuid),
    key: name,
    log,
    commands: [
      {
        log,
        id: CommandId.make(uuid),
        by: UserId.make(uuid),
        device: null,
        epoch: Epoch.make(uuid),
        body: { kind: "post", text: "お茶" }
      }
    ]
  }
]
export const nameOf = ({ submissions }: IngressMessage): string => submissions[0]?.key ?? ""

const change: LogChange = { log, head: 1, events: [] }
export const envelope = (number: number): Envelope => ({
  v: 1,
  worker: "w",
  number,
  after: number - 1,
  headsRaised: true,
  epoch: Epoch.make(uuid),
  changes: [change],
  answers: []
})

/** The sending side, for as long as the scope is open. */
export const sender = (url: Redacted.Redacted, partitions: number, confirmMs?: number) =>
  Effect.map(sending(url, partitions, confirmMs), ({ publish }) => publish)

/** The same, with what it says of partitions that take nothing. */
export const sending = (url: Redacted.Redacted, partitions: number, confirmMs?: number) =>
  Effect.map(Layer.build(ingressRabbit({ url, partitions, confirmMs })), (parts) => ({
    publish: (partition: number, name: string): Effect.Effect<void, IngressUnavailable> =>
      Context.get(parts, Ingress).publish(partition, batch(name)),
    broken: Context.get(parts, BrokenPartitions).lines
  }))

/** A worker's consumer, for as long as the scope is open. */
export const consumer = (url: Redacted.Redacted, partitions: number, worker = "one") =>
  Effect.gen(function* () {
    const parts = yield* Layer.build(ingressConsumerRabbit({ url, partitions, worker }))
    const { park, ready, take } = yield* Context.get(parts, IngressConsumer).consume
    const next = Effect.map(ready, () => take())
    return { ready, take, park, next, broken: Context.get(parts, BrokenPartitions).lines }
  })

export const ackAll = (messages: ReadonlyArray<IngressMessage>) =>
  Effect.forEach(messages, ({ ack }) => ack, { discard: true })

/** A broker of the test's own, which it may end or block. */
export const ownBroker = (vhosts: number) =>
  Effect.acquireRelease(
    Effect.promise(() => startPrivateRabbit({ vhosts })),
    ({ stop }) => Effect.promise(() => stop())
  )
