/**
 * Deadlines for a use of the broker that asks one thing after the other, as the driver does on a channel: it may take
 * long, as long as it is answered.
 */
import { BrokerProblem } from "./BrokerProblem.ts"

/** For each answer, and for the whole. */
const limits = { answerMs: 10_000, totalMs: 600_000 } as const

/**
 * `use` calls `answered` with each answer. Fails when none came in time, or when the whole takes far longer than
 * anything that is done so.
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
