/** Why the broker is unusable, in one sentence for operators. It contains no address and no password. */
import { Data } from "effect"

export class BrokerProblem extends Data.TaggedError("BrokerProblem")<{
  readonly reason:
    | "refused"
    | "unreachable"
    | "credentials"
    | "vhost"
    | "tooOld"
    | "notSetUp"
    | "otherPartitions"
    | "broken"
    | "differs"
    | "failed"
  readonly sentence: string
  readonly cause?: unknown
}> {}

/** RabbitMQ 4.0 introduced priorities among single active consumers for quorum queues. */
const oldest = 4

export const checkBrokerVersion = (version: string): BrokerProblem | undefined =>
  Number.parseInt(version, 10) >= oldest
    ? undefined
    : new BrokerProblem({
        reason: "tooOld",
        sentence: `RabbitMQ is ${version}, and Hibiki needs ${oldest}.0 or newer: update the broker.`
      })

export const notSetUp = (): BrokerProblem =>
  new BrokerProblem({
    reason: "notSetUp",
    sentence: "RabbitMQ has no queues of Hibiki, or not all of them: run `hibiki setup` once."
  })

/** The number of the broker's answer, or the system's name of the error. */
export const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined)

/** The broker's answer for a missing object. It ends the channel that asked. */
export const isNotFound = (error: unknown): error is Error => codeOf(error) === 404

/** Explains a failed connection. */
export const brokerProblemOf = (cause: unknown): BrokerProblem => {
  if (cause instanceof BrokerProblem) return cause
  const code = codeOf(cause)
  const message = cause instanceof Error ? cause.message : String(cause)
  if (isNotFound(cause)) return notSetUp()
  for (const { matches, reason, sentence } of known)
    if (matches(code, message)) return new BrokerProblem({ reason, sentence, cause })
  return new BrokerProblem({ reason: "failed", sentence: `RabbitMQ could not be used: ${firstLine(message)}`, cause })
}

interface Known {
  readonly reason: BrokerProblem["reason"]
  readonly sentence: string
  readonly matches: (code: unknown, message: string) => boolean
}

const known: ReadonlyArray<Known> = [
  {
    reason: "refused",
    sentence:
      "RabbitMQ refused the connection: nothing listens at the address in its URL; start the broker or correct the URL.",
    matches: (code) => code === "ECONNREFUSED"
  },
  {
    reason: "credentials",
    sentence: "RabbitMQ does not know this user, or the password is wrong: correct them in the URL.",
    matches: (_, message) => message.includes("ACCESS-REFUSED") && message.startsWith("Handshake")
  },
  {
    // The driver drops the broker's reason when the broker closes the connection instead of opening the vhost.
    reason: "vhost",
    sentence: "RabbitMQ has no such vhost, or this user may not use it: create it, or correct the URL's path.",
    matches: (_, message) => message.startsWith("Expected ConnectionOpenOk")
  },
  {
    reason: "differs",
    sentence:
      "A queue or exchange of Hibiki is there with other settings than this version makes: move what is in it, delete it, and run `hibiki setup`.",
    matches: (code) => code === 406
  },
  {
    reason: "credentials",
    sentence:
      "This user of RabbitMQ may not declare or use Hibiki's queues: give it the rights to configure, write and read `hibiki.*`.",
    matches: (code) => code === 403
  },
  {
    reason: "unreachable",
    sentence: "RabbitMQ does not answer at the address in its URL: check its name, its port and the network.",
    matches: (code, message) =>
      unreachable.has(String(code)) || message.includes("ETIMEDOUT") || message.includes("during opening handshake")
  }
]

const unreachable = new Set(["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET"])

const firstLine = (message: string): string => message.split("\n", 1)[0] ?? ""
