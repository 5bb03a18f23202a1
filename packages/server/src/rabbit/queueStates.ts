/**
 * What RabbitMQ can do with each of Hibiki's queues. Looking at a queue (a passive declare) does not tell: of one whose
 * process has ended, as after a full disk, the broker says that it is there and holds nothing. So each is asked for a
 * message: a partition refuses that to everybody while it works (405, it has a single active consumer), and from
 * another queue what is taken goes back when its channel ends. One that is down ends the whole connection (541), so
 * that this is never asked on a connection that anybody else uses.
 */
import type { ChannelModel } from "amqplib"
import type { Redacted } from "effect"
import { connectAmqp, endAmqp } from "./AmqpSession.ts"
import { codeOf } from "./BrokerProblem.ts"

/**
 * `missing`: nobody has declared it, or it was deleted. `down`: it is declared and has no process. `silent`: it does
 * not answer in time.
 */
export type QueueState = "works" | "missing" | "down" | "silent"

const answerMs = 3_000
/** So many are asked at once. */
const group = 16
const code = { missing: 404, locked: 405, internal: 541 } as const

export interface StatesAsked {
  /** Each is asked once, beside others: where one is down, all of those are called so. */
  readonly once?: boolean
  /** Called with the answers. */
  readonly answered?: (() => void) | undefined
  /** Called with each queue that works, at once. */
  readonly works?: ((queue: string) => void) | undefined
}

/** Fails when the broker itself can't be used. */
export const queueStates = async (
  url: Redacted.Redacted,
  queues: ReadonlyArray<string>,
  { answered = () => undefined, once = false, works = () => undefined }: StatesAsked = {}
): Promise<ReadonlyMap<string, QueueState>> => {
  const states = new Map<string, QueueState>()
  for (let from = 0; from < queues.length; from += group) {
    const some = queues.slice(from, from + group)
    const together = await askTogether(url, some, works)
    answered()
    for (const [index, queue] of some.entries()) {
      const state = together[index] ?? "silent"
      states.set(queue, state)
      // One that is down answers for all that were asked beside it.
      if (once || state === "works" || state === "missing") continue
      states.set(queue, (await askTogether(url, [queue], works))[0] ?? "silent")
      answered()
    }
  }
  return states
}

const askTogether = async (
  url: Redacted.Redacted,
  queues: ReadonlyArray<string>,
  works: (queue: string) => void
): Promise<ReadonlyArray<QueueState>> => {
  const model = await connectAmqp(url, "hibiki look")
  model.on("error", () => undefined)
  model.setMaxListeners(group + 1)
  try {
    return await Promise.all(
      queues.map(async (queue) => {
        const state = await ask(model, queue)
        if (state === "works") works(queue)
        return state
      })
    )
  } finally {
    await endAmqp(model)
  }
}

const ask = (model: ChannelModel, queue: string): Promise<QueueState> => {
  let late: NodeJS.Timeout | undefined
  let fail: (error: unknown) => void = () => undefined
  return new Promise<QueueState>((resolve, reject) => {
    fail = (error) => {
      const found = codeOf(error)
      if (found === code.locked) resolve("works")
      else if (found === code.missing) resolve("missing")
      else if (found === code.internal) resolve("down")
      else reject(error)
    }
    model.once("error", fail)
    late = setTimeout(() => resolve("silent"), answerMs)
    const asked = async () => {
      const channel = await model.createChannel()
      channel.on("error", () => undefined)
      await channel.get(queue)
      await channel.close()
      return "works" as const
    }
    // What ended the connection is told beside the answers that it owed.
    asked().then(resolve, (error) => setImmediate(fail, error))
  }).finally(() => {
    clearTimeout(late)
    model.off("error", fail)
  })
}
