/** Sign-ins in SQL, as the live processes follow them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Sessions } from "@hibiki/core/auth/Sessions"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import { Clock, Effect, Layer } from "effect"
import { stored } from "../users/personalAnswer.ts"

export const SessionsSql = Layer.effect(
  Sessions,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Sessions.of({
      isValid: (userId, deviceId, sessionVersion) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const rows = yield* sql`
            select from devices d join users u on u.id = d.user_id
            where d.id = ${deviceId}::uuid and d.user_id = ${userId}::uuid and d.session_version = ${sessionVersion}::int
              and d.revoked_at is null and u.disabled_at is null and (d.absolute_expires_at is null or d.absolute_expires_at > ${now}::bigint)`
          return rows.length > 0
        }).pipe(stored("isValid")),
      // The time is read with the rows and before them in no case: what commits later is found by the callers' overlap.
      revokedSince: (since) =>
        sql<{ readonly now: string | number; readonly devices: ReadonlyArray<DeviceId> }>`
          select hibiki_store_now() as now,
            (select coalesce(jsonb_agg(d.id), '[]') from devices d where d.revoked_at >= ${since}::bigint) as devices`.pipe(
          Effect.map(([row]) => ({ devices: row?.devices ?? [], now: Number(row?.now ?? 0) })),
          stored("revokedSince")
        )
    })
  )
)
