import { setTimeout as sleep } from "node:timers/promises"
import { BrokerProblem, isNotFound } from "./BrokerProblem.ts"

const triesMax = 20
const pauseMs = 200

/**
 * Declares once more where the broker says that a queue is not found. A quorum queue has its record before it has its
 * process: who declares it in between, while another makes it, is told 404, "its leader may be stopping" (RabbitMQ 4.0,
 * `rabbit_amqqueue:retry_wait`). With what the broker said at last when that doesn't end, as for a queue that has
 * crashed. `declare` needs a channel of its own each time: 404 ends it.
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
