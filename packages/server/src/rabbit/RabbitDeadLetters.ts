/**
 * The dead letters: batches that no worker could read, or that were delivered too often, and single submissions that no
 * worker could read or that the store would not take. They wait until an operator lists, replays or drops them. Message
 * text is shown only on request. One command looks at 500 of them, or 64 MB, at most.
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
  /** A hash of its content: the same batch has the same name wherever it is. */
  readonly name: string
  /** The partition that it came from, if that is known. */
  readonly partition: number | undefined
  /** When it became a dead letter (ms, in whole seconds), if that is known. */
  readonly at: number | undefined
  /**
   * The broker's reasons: `rejected` (unreadable) and `delivery_limit` (delivered too often). A worker's reasons:
   * `rejected` as well, and `not_stored`.
   */
  readonly reason: string
  readonly bytes: number
  /** Whether a worker of this version accepts any of it. */
  readonly isReadable: boolean
  /** Undefined if not even the ids of the unreadable ones can be read. */
  readonly commands: ReadonlyArray<DeadCommand> | undefined
}

export interface DeadCommand {
  readonly log: string
  readonly id: string
  readonly kind: string
  /** Whether this version can read it. */
  readonly isReadable: boolean
  /** The text of the message, only on request. */
  readonly text?: string
}

/** Chooses letters by their names, or by the id of a command in them. A letter is always handled as a whole. */
export type Chosen = ReadonlyArray<string> | "all"

export interface Kept {
  readonly name: string
  /**
   * `unreadable`: this version can't read it, or it has no partition. `missing`: the broker has no such partition.
   * `refused`: the partition is full.
   */
  readonly why: "unreadable" | Untaken
}

/** The outcome of the chosen letters. */
export interface Handled {
  /** Names of the letters that are no dead letters any more. */
  readonly done: ReadonlyArray<string>
  /** The chosen letters that stay. */
  readonly kept: ReadonlyArray<Kept>
  /** Chosen names and ids that are in no letter of those looked at. */
  readonly unknown: ReadonlyArray<string>
  /** The number of letters beyond those looked at. */
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
 * Returns letters to their partitions. Safe at any time: a batch that was stored meanwhile is a repeat, and a withdrawn
 * one stays withdrawn. A letter leaves the dead letters only after its partition confirmed it. An unreadable letter
 * would only come back, and stays. If only a part of a batch is readable, a worker takes that part and dead-letters the
 * rest.
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

/** Removes letters for good. Their senders get no answer, and send again what they still have. */
export const dropDeadLetters = (url: Redacted.Redacted, chosen: Chosen): Effect.Effect<Handled, BrokerProblem> =>
  withLetters(url, async (channel, letters, beyond) => {
    const { meant, unknown } = choose(letters, chosen)
    const came = meant.map(() => "taken" as const)
    return { ...settle(channel, meant, came), unknown, beyond }
  })

/** Makes a worker retry the deferred submissions of this batch. */
export const replayedMark = "x-hibiki-replayed"

/** The headers of a letter that a worker dead-lettered itself, in place of the broker's headers. */
const parkedMarks = { partition: "x-hibiki-partition", at: "x-hibiki-at", reason: "x-hibiki-reason" } as const

export interface NewLetter {
  readonly partition: number
  readonly reason: string
  readonly content: Buffer
}

/**
 * Dead-letters submissions that no worker can take, on a connection of its own, since that is rare. Completes when the
 * queue has confirmed all of them.
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

/** Acknowledges the handled letters, by their outcome. */
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

/** An unacknowledged letter returns to its place in the queue when the channel ends. */
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
    // Older workers gave no reason when they dead-lettered a submission that the store would not take.
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

/** Why a queue does not have the letter: there is no such queue, or it is full. */
type Untaken = "missing" | "refused"

/**
 * Returns whether the queue has certainly stored the letter. The broker returns a letter that no queue took before it
 * confirms it.
 */
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
