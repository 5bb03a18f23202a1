/** A command's use of the broker: one connection, which ends with the command, and a timeout for each answer. */
import type { ChannelModel, ConfirmChannel } from "amqplib"
import { Effect, type Redacted } from "effect"
import { connectAmqp, endAmqp } from "./AmqpSession.ts"
import { type BrokerProblem, brokerProblemOf, checkBrokerVersion } from "./BrokerProblem.ts"
import { whileAnswering } from "./whileAnswering.ts"

/** Fails with the sentence for operators. A use with many requests calls `answered` after each answer. */
export const withBroker = <A>(
  url: Redacted.Redacted,
  use: (model: ChannelModel, answered: () => void) => Promise<A>
): Effect.Effect<A, BrokerProblem> =>
  Effect.tryPromise({
    try: async () => {
      const model = await connectAmqp(url, "hibiki command")
      model.on("error", () => undefined)
      try {
        const tooOld = checkBrokerVersion(model.connection.serverProperties.version)
        if (tooOld !== undefined) throw tooOld
        return await whileAnswering((answered) => use(model, answered))
      } finally {
        await endAmqp(model)
      }
    },
    catch: brokerProblemOf
  })

/** A channel for one use. An error of the broker ends it and fails the use. */
export const onChannel = async <A>(model: ChannelModel, use: (channel: ConfirmChannel) => Promise<A>): Promise<A> => {
  const channel = await model.createConfirmChannel()
  let isOpen = true
  channel.on("error", () => undefined)
  channel.on("close", () => {
    isOpen = false
  })
  try {
    return await use(channel)
  } finally {
    if (isOpen) await channel.close()
  }
}
