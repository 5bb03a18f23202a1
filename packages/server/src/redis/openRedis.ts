/**
 * Opens one connection to Redis that does not queue commands while Redis is unreachable, sends none twice, and never
 * waits for ever.
 */
import { Redis } from "ioredis"
import { StandaloneConnector } from "ioredis/built/connectors/index.js"

/** An operator's restart is noticed within this time; a longer delay between retries only lengthens an outage. */
const retryMaxMs = 500
const retryStepMs = 50

/**
 * A primary that has become a replica stays at its old address until the name leads elsewhere. This skips it like a
 * server that is not up yet. A user without permission to ask for the role gets the replica's refusals.
 */
class PrimaryConnector extends StandaloneConnector {
  // The driver's types require it.
  constructor(options: unknown) {
    super(options ?? {})
  }

  override check(info: { readonly role?: string }): boolean {
    return info.role !== "slave"
  }
}

/** Starts to connect at once, and retries until it is disconnected. */
export const openRedis = (url: string, commandTimeoutMs: number): Redis => {
  const redis = new Redis(url, {
    Connector: PrimaryConnector,
    // Fails at once while Redis is unreachable: callers have an alternative, and must not wait in an endless queue.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A command whose answer was lost may have been executed: only its sender knows whether it may be repeated.
    autoResendUnfulfilledCommands: false,
    // Subscriptions.ts resubscribes itself, and notifies its listeners.
    autoResubscribe: false,
    // Tested: on a network that swallows everything, this alone ends a command.
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    disconnectTimeout: 100,
    retryStrategy: (tries) => Math.min(tries * retryStepMs, retryMaxMs),
    disableClientInfo: true
  })
  // Without a listener the driver writes each failed try to the console. "close" covers the consequences of an error.
  redis.on("error", () => undefined)
  return redis
}

export const isDeadline = (cause: unknown): boolean => cause instanceof Error && cause.message === "Command timed out"

/** A replica's refusal of a write. Redis before 7 puts other words before a script's refusal. */
export const isReadOnly = (cause: unknown): boolean => cause instanceof Error && /(^|-)READONLY /.test(cause.message)
