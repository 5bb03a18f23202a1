/**
 * Whether the broker accepts messages. A broker that is short of memory or disk still answers everything else: only
 * publishers wait.
 */
import type { ChannelModel, ConfirmChannel } from "amqplib"
import type { Effect, Redacted } from "effect"
import type { BrokerProblem } from "./BrokerProblem.ts"
import { nodesExchange } from "./RabbitTopology.ts"
import { withBroker } from "./withBroker.ts"

const confirmWithinMs = 2_000
/** No node has this name: the broker confirms the message and drops it. */
const nobody = "nobody"

/**
 * Publishes an empty message to nobody. Returns undefined, or the sentence that says why the broker does not accept it.
 */
export const takesMessages = (url: Redacted.Redacted): Effect.Effect<string | undefined, BrokerProblem> =>
  withBroker(url, async (model) => {
    // Never closed by itself: closing would wait like the message.
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
