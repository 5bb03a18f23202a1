/**
 * One connection to Redis that neither gathers commands while Redis is away, nor sends one twice, nor waits for ever.
 */
import { Redis } from "ioredis"
import { StandaloneConnector } from "ioredis/built/connectors/index.js"

/** Within this an operator's restart is noticed; a longer wait between tries only lengthens an outage. */
const retryMaxMs = 500
const retryStepMs = 50

/**
 * A primary that has become a replica is found at its old address until the name leads elsewhere: it is passed over, as
 * one that is not up yet. Whoever may not ask it for its role meets its refusals.
 */
class PrimaryConnector extends StandaloneConnector {
  // As the driver's types want it.
  constructor(options: unknown) {
    super(options ?? {})
  }

  override check(info: { readonly role?: string }): boolean {
    return info.role !== "slave"
  }
}

/** Begins to connect at once, and again and again, until it is disconnected. */
export const openRedis = (url: string, commandTimeoutMs: number): Redis => {
  const redis = new Redis(url, {
    Connector: PrimaryConnector,
    // Fails at once while Redis is away: whoever asks has something else to do, and must not wait in a queue without
    // end.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A command whose answer was lost may have been done: only its sender knows whether it may be done again.
    autoResendUnfulfilledCommands: false,
    // Subscriptions.ts subscribes again itself, and says so.
    autoResubscribe: false,
    // Tried: on a network that swallows everything, this alone ends a command.
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    disconnectTimeout: 100,
    retryStrategy: (tries) => Math.min(tries * retryStepMs, retryMaxMs),
    disableClientInfo: true
  })
  // Without a listener each failed try is written to the console. What follows from an error is told by "close".
  redis.on("error", () => undefined)
  return redis
}

export const isDeadline = (cause: unknown): boolean => cause instanceof Error && cause.message === "Command timed out"

/** A replica's refusal of a write. Redis before 7 tells that of a script behind other words. */
export const isReadOnly = (cause: unknown): boolean => cause instanceof Error && /(^|-)READONLY /.test(cause.message)
