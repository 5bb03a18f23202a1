/**
 * Refuses services on the network with the default password. It does so at the start, since nobody would notice it
 * later.
 */

import { isLoopback } from "@hibiki/node/isLoopback"
import { Redacted } from "effect"
import type { ClusterServices } from "../../roles/services.ts"

/** Returns the problem, in a sentence without the address. On this machine alone the defaults do no harm. */
export const defaultPassword = ({
  amqpUrl,
  redisUrl
}: Pick<ClusterServices, "amqpUrl" | "redisUrl">): string | undefined => {
  const broker = credentials(amqpUrl)
  // Without any credentials, the driver uses guest.
  if (broker !== undefined && (broker.password === "guest" || broker.user === ""))
    return "RabbitMQ is used over the network with its default password (guest): make a user of its own with a password of its own, and put them into HIBIKI_AMQP_URL."
  const redis = credentials(redisUrl)
  if (redis !== undefined && redis.password === "")
    return "Redis is used over the network without a password: give it one (requirepass, or a user by ACL), and put it into HIBIKI_REDIS_URL."
  return undefined
}

/** Returns undefined for this machine, and for an invalid address, which the connection attempt reports. */
const credentials = (url: Redacted.Redacted): { readonly user: string; readonly password: string } | undefined => {
  const text = Redacted.value(url)
  if (!URL.canParse(text)) return undefined
  const { hostname, password, searchParams, username } = new URL(text)
  // ioredis also accepts a password as `redis://host?password=...`.
  return isLoopback(hostname)
    ? undefined
    : { user: decoded(username), password: decoded(password) || (searchParams.get("password") ?? "") }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
