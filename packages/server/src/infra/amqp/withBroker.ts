/** A short use of the broker by a command: one connection, ended with it, and a deadline for the whole. */
import type { ChannelModel, ConfirmChannel } from "amqplib"
import { Effect, type Redacted } from "effect"
import { connectAmqp, endAmqp } from "./AmqpSession.ts"
import { BrokerProblem, brokerProblemOf, checkBrokerVersion } from "./BrokerProblem.ts"

const answerTimeoutMs = 10_000

/** Fails with the sentence for whoever runs the server. */
export const withBroker = <A>(url: Redacted.Redacted, use: (model: ChannelModel) => Promise<A>): Effect.Effect<A, BrokerProblem> =>
  Effect.tryPromise({
    try: async () => {
      const model = await connectAmqp(url, "hibiki command")
      model.on("error", () => undefined)
      try {
        const tooOld = checkBrokerVersion(model.connection.serverProperties.version)
        if (tooOld !== undefined) throw tooOld
        return await inTime(use(model))
      } finally {
        await endAmqp(model)
      }
    },
    catch: brokerProblemOf
  })

/** A channel for one use: what the broker does not like ends it, and fails the use. */
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

const inTime = async <A>(use: Promise<A>): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BrokerProblem({ reason: "unreachable", sentence: "RabbitMQ accepts connections and does not answer in time." })),
      answerTimeoutMs
    )
  })
  return Promise.race([use, late]).finally(() => clearTimeout(timer))
}
