/** Tickets in Redis, by their hashes, each until its time has passed: Redis' own, so that processes need not agree on one. */
import { type SecretHash, Secrets } from "@hibiki/core/auth/Secrets"
import { type TicketOwner, Tickets, TicketsUnavailable } from "@hibiki/core/auth/Tickets"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { Duration, Effect, Layer } from "effect"
import { RedisClients } from "../infra/redis/RedisClients.ts"

export const TicketsRedis = Layer.effect(
  Tickets,
  Effect.gen(function* () {
    const secrets = yield* Secrets
    const { key, run } = yield* RedisClients
    const keyOf = (hash: SecretHash): string => key(`ticket:${hash}`)
    return Tickets.of({
      issue: (owner, ttl) =>
        Effect.gen(function* () {
          const ticket = yield* secrets.make
          const ttlMs = Math.max(1, Math.ceil(Duration.toMillis(ttl)))
          yield* run((redis) => redis.set(keyOf(secrets.hash(ticket)), textOf(owner), "PX", ttlMs))
          return ticket
        }).pipe(Effect.mapError(unavailable)),
      // Taken when it is read. When the answer is lost so is the ticket, which costs its device another one.
      redeem: (ticket) =>
        Effect.mapBoth(
          run((redis) => redis.getdel(keyOf(secrets.hash(ticket)))),
          { onFailure: unavailable, onSuccess: ownerOf }
        )
    })
  })
)

const unavailable = (cause: unknown) => new TicketsUnavailable({ cause })

const textOf = ({ deviceId, sessionVersion, userId }: TicketOwner): string => `${userId} ${deviceId} ${sessionVersion}`

const ownerOf = (text: string | null): TicketOwner | undefined => {
  const [userId, deviceId, sessionVersion] = text?.split(" ") ?? []
  if (userId === undefined || deviceId === undefined || sessionVersion === undefined) return undefined
  return { userId: UserId.make(userId), deviceId: DeviceId.make(deviceId), sessionVersion: Number(sessionVersion) }
}
