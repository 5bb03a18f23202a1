/**
 * Timeouts for a use of the broker that sends one request after the other, as the driver does on a channel. The use may
 * take long, as long as answers arrive.
 */
import { BrokerProblem } from "./BrokerProblem.ts"

/** The timeouts of each answer and of the whole. */
const limits = { answerMs: 10_000, totalMs: 600_000 } as const

/**
 * `use` calls `answered` after each answer. Fails if none came in time, or if the whole takes far longer than any such
 * use.
 */
export const whileAnswering = async <A>(
  use: (answered: () => void) => Promise<A>,
  answerMs: number = limits.answerMs
): Promise<A> => {
  let timers: ReadonlyArray<NodeJS.Timeout> = []
  const late = new Promise<never>((_, reject) => {
    const giveUp = () =>
      reject(
        new BrokerProblem({
          reason: "unreachable",
          sentence: "RabbitMQ accepts connections and does not answer in time."
        })
      )
    timers = [setTimeout(giveUp, answerMs), setTimeout(giveUp, limits.totalMs)]
  })
  const answered = () => void timers[0]?.refresh()
  return Promise.race([use(answered), late]).finally(() => {
    for (const timer of timers) clearTimeout(timer)
  })
}
