/** Tickets in SQL, by their hashes, each until it expires by the store's clock. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { type TicketOwner, Tickets, TicketsUnavailable } from "@hibiki/core/ports/Tickets"
import { Duration, Effect, Layer } from "effect"

export const TicketsSql = Layer.effect(
  Tickets,
  Effect.gen(function* () {
    const secrets = yield* Secrets
    const sql = yield* SqlClient.SqlClient
    return Tickets.of({
      issue: ({ deviceId, sessionVersion, userId }, origin, ttl) =>
        Effect.gen(function* () {
          const ticket = yield* secrets.make
          const ttlMs = Math.max(1, Math.ceil(Duration.toMillis(ttl)))
          // Stores the session version that is valid now: the process may remember the device from before a new
          // password, which another process set. Deletes a few unused tickets, so that the table stays as small as the
          // number of recent tickets.
          yield* sql`
            with c as materialized (select store_now() as now), gone as (
              delete from tickets where hash in (
                select t.hash from tickets t where t.expires_at <= (select now from c) order by t.expires_at limit 20 for update skip locked
              )
            )
            insert into tickets (hash, user_id, device_id, session_version, expires_at, origin)
              select ${secrets.hash(ticket)}, ${userId}::uuid, ${deviceId}::uuid,
                coalesce((select d.session_version from devices d where d.id = ${deviceId}::uuid), ${sessionVersion}::int),
                c.now + ${ttlMs}::bigint, ${origin} from c`
          return ticket
        }).pipe(Effect.mapError(unavailable)),
      // If several calls use a ticket in parallel, the later ones wait for the first and find nothing.
      redeem: (ticket, origin) =>
        sql<TicketOwner & { readonly isGood: boolean }>`
          delete from tickets where hash = ${secrets.hash(ticket)}
          returning user_id as "userId", device_id as "deviceId", session_version as "sessionVersion",
            expires_at > store_now() and origin = ${origin} as "isGood"`.pipe(
          Effect.map(([row]) =>
            row?.isGood ? { userId: row.userId, deviceId: row.deviceId, sessionVersion: row.sessionVersion } : undefined
          ),
          Effect.mapError(unavailable)
        )
    })
  })
)

const unavailable = (cause: unknown) => new TicketsUnavailable({ cause })
