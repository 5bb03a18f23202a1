/**
 * Tickets in Redis, by their hashes, each until its time has passed: Redis' own, so that processes need not agree on
 * one. Each is good in the run of Redis alone in which it was issued. In the next one, or on a replica that takes over,
 * one that was used may be there again.
 */

import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { type SecretHash, Secrets } from "@hibiki/core/ports/Secrets"
import { type TicketOwner, Tickets, TicketsUnavailable } from "@hibiki/core/ports/Tickets"
import { Duration, Effect, Layer } from "effect"
import { RedisClients } from "./RedisClients.ts"
import { runLua } from "./runLua.ts"

/**
 * KEYS: ticket, its origin. ARGV: its owner, for how long (ms), the origin. The run stands last, where programs of
 * before pass over it, and the origin apart, where they don't look: it has the same time, and a ticket that is taken by
 * them leaves it to that.
 */
const issueScript = `${runLua}
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. run_id(), 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[2])`

/**
 * KEYS: ticket, its origin. ARGV: the origin from which it comes. Taken when it is read; gives its owner. One of a
 * program of before tells no run or no origin, and is good in any: all devices come back at once while programs are
 * replaced.
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
      // When the answer is lost so is the ticket, which costs its device another one.
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
