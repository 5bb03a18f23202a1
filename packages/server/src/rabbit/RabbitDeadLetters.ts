/**
 * The dead letters: batches that no worker could read, or that were delivered too often, and single submissions that
 * could not be read, or that the store would not take. They wait until somebody looks at them, replays or drops them.
 * What people wrote is shown only when that is asked for. At most 500 of them, or 64 MB, are looked at in one go.
 */
import { createHash, randomUUID } from "node:crypto"
import type { Command } from "@hibiki/core/commands/Command"
import type { UnreadSubmission } from "@hibiki/core/ports/Submission"
import type { ConfirmChannel, GetMessage } from "amqplib"
import type { Effect, Redacted } from "effect"
import { BrokerProblem, notSetUp } from "./BrokerProblem.ts"
import { deadLetters, partitionOf, partitionQueue } from "./RabbitTopology.ts"
import { type DecodedBatch, decodeSubmissions } from "./submissionCodec.ts"
import { onChannel, withBroker } from "./withBroker.ts"

export interface DeadLetter {
  /** Made from its content: the same batch has the same name wherever it is. */
  readonly name: string
  /** Where it came from, if that is known. */
  readonly partition: number | undefined
  /** When it became a dead letter (ms, in whole seconds), if that is known. */
  readonly at: number | undefined
  /**
   * The broker's word: `rejected` could not be read, `delivery_limit` came too often. A worker's: `rejected`, too, and
   * `not_stored`.
   */
  readonly reason: string
  readonly bytes: number
  /** Whether a worker of this version takes any of it. */
  readonly isReadable: boolean
  /** Undefined when not even the ids of those that can't be read can be told. */
  readonly commands: ReadonlyArray<DeadCommand> | undefined
}

export interface DeadCommand {
  readonly log: string
  readonly id: string
  readonly kind: string
  /** Whether this version can read it. */
  readonly isReadable: boolean
  /** What somebody wrote, and only when it was asked for. */
  readonly text?: string
}

/** Which letters are meant: by their names, or by the id of a command in them. A letter goes whole. */
export type Chosen = ReadonlyArray<string> | "all"

export interface Kept {
  readonly name: string
  /**
   * `unreadable` by this version, or of no partition; the broker has no such partition (`missing`); it took no more of
   * it (`refused`), being full.
   */
  readonly why: "unreadable" | Untaken
}

/** What became of those that were meant. */
export interface Handled {
  /** Names of those that are dead letters no more. */
  readonly done: ReadonlyArray<string>
  /** Those that were meant and stay. */
  readonly kept: ReadonlyArray<Kept>
  /** What was asked for and is in no letter that was looked at. */
  readonly unknown: ReadonlyArray<string>
  /** Letters beyond those that were looked at. */
  readonly beyond: number
}

const lettersMax = 500
const bytesMax = 67_108_864

export const listDeadLetters = (
  url: Redacted.Redacted,
  withText = false
): Effect.Effect<{ readonly letters: ReadonlyArray<DeadLetter>; readonly beyond: number }, BrokerProblem> =>
  withLetters(url, async (_, held, beyond) => ({
    letters: held.map(({ message }) => letterOf(message, withText)),
    beyond
  }))

/**
 * Gives letters back to their partitions, safe at any time: a batch that was stored meanwhile is a repeat, and one that
 * was withdrawn stays so. Each is confirmed in its partition before it is no dead letter any more. What can't be read
 * would only come back, and stays; of a batch that can be read in part a worker takes that part, and parks the rest.
 */
export const replayDeadLetters = (url: Redacted.Redacted, chosen: Chosen): Effect.Effect<Handled, BrokerProblem> =>
  withLetters(url, async (channel, letters, beyond, answered) => {
    const { meant, unknown } = choose(letters, chosen)
    const publish = publisherOn(channel, answered)
    const came = await Promise.all(
      meant.map(({ letter: { isReadable, partition }, message }) =>
        partition === undefined || !isReadable
          ? "unreadable"
          : publish(partitionQueue(partition), message.content, { [replayedMark]: true })
      )
    )
    return { ...settle(channel, meant, came), unknown, beyond }
  })

/** Removes letters for good: their senders are not told, and send again what they still hold. */
export const dropDeadLetters = (url: Redacted.Redacted, chosen: Chosen): Effect.Effect<Handled, BrokerProblem> =>
  withLetters(url, async (channel, letters, beyond) => {
    const { meant, unknown } = choose(letters, chosen)
    const came = meant.map(() => "taken" as const)
    return { ...settle(channel, meant, came), unknown, beyond }
  })

/** Says to a worker that what it holds back is to be tried again. */
export const replayedMark = "x-hibiki-replayed"

/** What a worker says of a letter that it has parked itself, as the broker's headers do of others. */
const parkedMarks = { partition: "x-hibiki-partition", at: "x-hibiki-at", reason: "x-hibiki-reason" } as const

export interface NewLetter {
  readonly partition: number
  readonly reason: string
  readonly content: Buffer
}

/**
 * Parks what no worker can take, by a connection of its own: it comes seldom. Done when the queue has all of it for
 * certain.
 */
export const parkDeadLetters = (
  url: Redacted.Redacted,
  letters: ReadonlyArray<NewLetter>
): Effect.Effect<void, BrokerProblem> =>
  withBroker(url, (model, answered) =>
    onChannel(model, async (channel) => {
      const publish = publisherOn(channel, answered)
      const at = Date.now()
      const came = await Promise.all(
        letters.map(({ content, partition, reason }) =>
          publish(deadLetters, content, {
            [parkedMarks.partition]: partition,
            [parkedMarks.at]: at,
            [parkedMarks.reason]: reason
          })
        )
      )
      if (came.includes("missing")) throw notSetUp()
      if (came.includes("refused")) throw noPlace()
    })
  )

const noPlace = () =>
  new BrokerProblem({
    reason: "failed",
    sentence:
      "RabbitMQ takes no dead letter: their queue is down, as `hibiki doctor` says then, or full: drop those of no use."
  })

interface Held {
  readonly letter: DeadLetter
  readonly message: GetMessage
}

const choose = (
  letters: ReadonlyArray<Held>,
  chosen: Chosen
): { readonly meant: ReadonlyArray<Held>; readonly unknown: ReadonlyArray<string> } => {
  if (chosen === "all") return { meant: letters, unknown: [] }
  const asked = new Set(chosen)
  const found = new Set<string>()
  const meant = letters.filter(({ letter: { commands, name } }) => {
    const matches = [name, ...(commands ?? []).map(({ id }) => id)].filter((each) => asked.has(each))
    for (const match of matches) found.add(match)
    return matches.length > 0
  })
  return { meant, unknown: chosen.filter((each) => !found.has(each)) }
}

/** Acknowledges those that are done, by what came of each. */
const settle = (
  channel: ConfirmChannel,
  meant: ReadonlyArray<Held>,
  came: ReadonlyArray<"taken" | Kept["why"]>
): Pick<Handled, "done" | "kept"> => {
  const done: Array<string> = []
  const kept: Array<Kept> = []
  for (const [index, { letter, message }] of meant.entries()) {
    const why = came[index] ?? "refused"
    if (why === "taken") {
      channel.ack(message)
      done.push(letter.name)
    } else kept.push({ name: letter.name, why })
  }
  return { done, kept }
}

/** What is not acknowledged goes back when the channel ends, to its place. */
const withLetters = <A>(
  url: Redacted.Redacted,
  use: (channel: ConfirmChannel, letters: ReadonlyArray<Held>, beyond: number, answered: () => void) => Promise<A>
) =>
  withBroker(url, (model, answered) =>
    onChannel(model, async (channel) => {
      const letters: Array<Held> = []
      let [bytes, beyond] = [0, 0]
      while (letters.length < lettersMax && bytes < bytesMax) {
        const message = await channel.get(deadLetters)
        answered()
        if (message === false) break
        bytes += message.content.length
        beyond = message.fields.messageCount
        letters.push({ letter: letterOf(message, false), message })
      }
      return use(channel, letters, beyond, answered)
    })
  )

const letterOf = ({ content, properties }: GetMessage, withText: boolean): DeadLetter => {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {}
  const batch = decodeSubmissions(content)
  const commands = batch === undefined ? [] : commandsOf(batch, withText)
  return {
    name: createHash("sha256").update(content).digest("hex").slice(0, 16),
    partition: numberOf(headers[parkedMarks.partition]) ?? partitionOf(String(headers["x-first-death-queue"])),
    at: numberOf(headers[parkedMarks.at]) ?? diedAt(headers["x-death"]),
    // A worker of before parked without a reason what the store would not take.
    reason: String(
      headers["x-first-death-reason"] ??
        headers[parkedMarks.reason] ??
        (parkedMarks.at in headers ? "not_stored" : "unknown")
    ),
    bytes: content.length,
    isReadable: batch !== undefined && (batch.submissions.length > 0 || batch.unread.length === 0),
    commands: batch === undefined || (commands.length === 0 && batch.unread.length > 0) ? undefined : commands
  }
}

const commandsOf = ({ submissions, unread }: DecodedBatch, withText: boolean): ReadonlyArray<DeadCommand> => [
  ...submissions.flatMap(({ commands }) => commands.map((command) => commandOf(command, withText))),
  ...unread.flatMap(unreadCommands)
]

const commandOf = ({ body, id, log }: Command, withText: boolean): DeadCommand => ({
  log,
  id,
  kind: body.kind,
  isReadable: true,
  ...(withText && "text" in body ? { text: body.text } : {})
})

const unreadCommands = ({ asked }: UnreadSubmission): ReadonlyArray<DeadCommand> =>
  (asked?.commands ?? []).map(({ id, kind, log }) => ({ log, id, kind, isReadable: false }))

/** The broker's table of deaths, the last one first; its times are seconds. */
const diedAt = (deaths: unknown): number | undefined => {
  const last: unknown = Array.isArray(deaths) ? deaths[0] : undefined
  const time: unknown = typeof last === "object" && last !== null ? Reflect.get(last, "time") : undefined
  const seconds: unknown = typeof time === "object" && time !== null ? Reflect.get(time, "value") : undefined
  return typeof seconds === "number" && seconds > 0 ? seconds * 1_000 : undefined
}

const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined)

/** Why a queue does not have it: there is none, or it is full. */
type Untaken = "missing" | "refused"

/** Tells whether the queue has it for certain. What no queue took is returned before it is confirmed. */
const publisherOn = (channel: ConfirmChannel, answered: () => void) => {
  const returned = new Set<unknown>()
  channel.on("return", ({ properties }) => returned.add(properties.messageId))
  return (queue: string, content: Buffer, headers: Readonly<Record<string, unknown>>): Promise<"taken" | Untaken> =>
    new Promise((resolve, reject) => {
      const messageId = randomUUID()
      channel.sendToQueue(
        queue,
        content,
        { persistent: true, mandatory: true, messageId, headers },
        (error: unknown) => {
          answered()
          if (error instanceof Error && error.message !== "message nacked") reject(error)
          else resolve(error instanceof Error ? "refused" : returned.has(messageId) ? "missing" : "taken")
        }
      )
    })
}
