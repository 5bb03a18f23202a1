/**
 * Determines the state of each of Hibiki's queues. A passive declare is not enough: if the process of a queue has
 * ended, for example after a full disk, the broker reports the queue as existing and empty. So this requests a message
 * from each queue. A working partition refuses that to everybody (405, it has a single active consumer). A message
 * taken from another queue returns when the channel ends. A queue that is down ends the whole connection (541), so this
 * never runs on a connection with another user.
 */
import type { ChannelModel } from "amqplib"
import type { Redacted } from "effect"
import { connectAmqp, endAmqp } from "./AmqpSession.ts"
import { codeOf } from "./BrokerProblem.ts"

/**
 * `missing`: nobody has declared it, or somebody deleted it. `down`: it is declared and has no process. `silent`: it
 * does not answer in time.
 */
export type QueueState = "works" | "missing" | "down" | "silent"

const answerMs = 3_000
/** The number of queues per round. */
const group = 16
const code = { missing: 404, locked: 405, internal: 541 } as const

export interface StatesAsked {
  /** Asks each queue once, together with others. If one of a group is down, the whole group counts as down. */
  readonly once?: boolean
  /** Called when answers arrive. */
  readonly answered?: (() => void) | undefined
  /** Called at once with each queue that works. */
  readonly works?: ((queue: string) => void) | undefined
}

/** Fails if the broker itself is unusable. */
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
      // A queue that is down ends the connection, and so decides the result of its whole group.
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
    // Waits a turn: the driver rejects the pending requests beside its report of what ended the connection.
    asked().then(resolve, (error) => setImmediate(fail, error))
  }).finally(() => {
    clearTimeout(late)
    model.off("error", fail)
  })
}
