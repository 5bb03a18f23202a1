/**
 * Tickets in Redis, by their hashes, each until it expires by Redis' own clock, so that processes need not agree on a
 * time. Each ticket is valid only in the run of Redis that issued it. In the next run, or on a replica that takes over,
 * a used ticket may reappear.
 */

import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { type SecretHash, Secrets } from "@hibiki/core/ports/Secrets"
import { type TicketOwner, Tickets, TicketsUnavailable } from "@hibiki/core/ports/Tickets"
import { Duration, Effect, Layer } from "effect"
import { RedisClients } from "./RedisClients.ts"
import { runLua } from "./runLua.ts"

/**
 * KEYS: ticket, its origin. ARGV: its owner, time to live (ms), the origin. The run comes last, where older versions
 * ignore it. The origin has a key of its own, which older versions don't read. That key has the same time to live, so
 * it expires by itself after an older version takes the ticket.
 */
const issueScript = `${runLua}
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. run_id(), 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])`

/**
 * KEYS: ticket, its origin. ARGV: the origin of the request. Reading takes the ticket; answers its owner. A ticket of
 * an older version names no run or no origin, and is valid in any: all devices reconnect at once during an upgrade.
 */
const redeemScript = `${runLua}
local owner, run = string.match(redis.call('GETDEL', KEYS[1]) or '', '^(%S+ %S+ %S+) ?(%w*)$')
local origin = redis.call('GETDEL', KEYS[2])
return (run == '' or run == run_id()) and (not origin or origin == ARGV[1]) and owner`

export const TicketsRedis = Layer.effect(
  Tickets,
  Effect.gen(function* () {
    const secrets = yield* Secrets
    const { key, script } = yield* RedisClients
    const [put, take] = [script(issueScript), script(redeemScript)]
    const keysOf = (hash: SecretHash): ReadonlyArray<string> => [key(`ticket:${hash}`), key(`ticket-origin:${hash}`)]
    return Tickets.of({
      issue: (owner, origin, ttl) =>
        Effect.gen(function* () {
          const ticket = yield* secrets.make
          const ttlMs = Math.max(1, Math.ceil(Duration.toMillis(ttl)))
          yield* put(keysOf(secrets.hash(ticket)), [textOf(owner), ttlMs, origin])
          return ticket
        }).pipe(Effect.mapError(unavailable)),
      // If the answer is lost, so is the ticket, and its device needs another one.
      redeem: (ticket, origin) =>
        Effect.mapBoth(take(keysOf(secrets.hash(ticket)), [origin]), { onFailure: unavailable, onSuccess: ownerOf })
    })
  })
)

const unavailable = (cause: unknown) => new TicketsUnavailable({ cause })

const textOf = ({ deviceId, sessionVersion, userId }: TicketOwner): string => `${userId} ${deviceId} ${sessionVersion}`

const ownerOf = (text: unknown): TicketOwner | undefined => {
  const [userId, deviceId, sessionVersion] = typeof text === "string" ? text.split(" ") : []
  if (userId === undefined || deviceId === undefined || sessionVersion === undefined) return undefined
  return { userId: UserId.make(userId), deviceId: DeviceId.make(deviceId), sessionVersion: Number(sessionVersion) }
}
