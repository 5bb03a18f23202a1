import { setTimeout as sleep } from "node:timers/promises"
import { BrokerProblem, isNotFound } from "./BrokerProblem.ts"

const triesMax = 20
const pauseMs = 200

/**
 * Retries a declaration when the broker reports that a queue is not found. A quorum queue has its record before it has
 * its process. A process that declares the queue in between, while another creates it, gets 404, "its leader may be
 * stopping" (RabbitMQ 4.0, `rabbit_amqqueue:retry_wait`). If that does not end, as for a queue that has crashed, fails
 * with the broker's last answer. `declare` needs a new channel each time: 404 ends it.
 */
export const untilDeclared = async (
  declare: () => Promise<void>,
  pause: (ms: number) => Promise<void> = sleep
): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      await declare()
      return
    } catch (error) {
      if (!isNotFound(error)) throw error
      if (tries === triesMax) {
        throw new BrokerProblem({
          reason: "failed",
          sentence: `RabbitMQ could not make a queue: ${error.message}`,
          cause: error
        })
      }
    }
    await pause(pauseMs)
  }
}
