/**
 * Whether the broker takes messages. One that wants for memory or disk answers everything else as ever: only who
 * publishes waits.
 */
import type { ChannelModel, ConfirmChannel } from "amqplib"
import type { Effect, Redacted } from "effect"
import type { BrokerProblem } from "./BrokerProblem.ts"
import { nodesExchange } from "./RabbitTopology.ts"
import { withBroker } from "./withBroker.ts"

const confirmWithinMs = 2_000
/** No node is called so: the broker confirms the message, and drops it. */
const nobody = "nobody"

/** Publishes an empty message to nobody. Gives the sentence that says why it is not taken, or undefined. */
export const takesMessages = (url: Redacted.Redacted): Effect.Effect<string | undefined, BrokerProblem> =>
  withBroker(url, async (model) => {
    // Not closed by itself: that would wait as the message does.
    const channel = await model.createConfirmChannel()
    return await published(model, channel)
  })

const published = (model: ChannelModel, channel: ConfirmChannel): Promise<string | undefined> => {
  let late: NodeJS.Timeout | undefined
  return new Promise<string | undefined>((resolve, reject) => {
    const takesNone = (why: string) =>
      resolve(`RabbitMQ takes no messages: ${why}. Ask \`rabbitmq-diagnostics alarms\`.`)
    model.on("blocked", (reason) => takesNone(`it says that it is ${reason}`))
    late = setTimeout(() => takesNone(`it confirmed none within ${confirmWithinMs / 1_000} s`), confirmWithinMs)
    channel.on("error", reject)
    channel.publish(nodesExchange, nobody, Buffer.alloc(0), { persistent: false }, (error) =>
      error ? reject(error) : resolve(undefined)
    )
  }).finally(() => clearTimeout(late))
}
