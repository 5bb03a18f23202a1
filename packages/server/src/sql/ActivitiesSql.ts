/** The history of accounts in SQL: the store itself records what it changes. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { Activity, ActivityKind } from "@hibiki/core/domain/Activity"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import { Activities } from "@hibiki/core/ports/Activities"
import { Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"

interface Row {
  readonly id: string | number
  readonly at: string | number
  readonly kind: ActivityKind
  readonly device_id: DeviceId | null
  readonly device_name: string | null
  readonly times: number
}

export const ActivitiesSql = Layer.effect(
  Activities,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Activities.of({
      page: (userId, before, limit) =>
        sql<Row>`
          select a.id, a.at, a.kind, a.device_id, a.device_name, a.times from account_activities a
          where a.user_id = ${userId}::uuid and a.id < coalesce(${before ?? null}::bigint, 9223372036854775807)
          order by a.id desc limit ${limit}::int`.pipe(
          Effect.map((rows) => rows.map(activityOf)),
          stored("activities")
        ),
      signInFailed: (userId) =>
        sql`insert into account_activities (user_id, at, kind) values (${userId}::uuid, store_now(), 'signInFailed')
          on conflict (user_id, (at / 3600000)) where kind = 'signInFailed' do update set times = least(account_activities.times + 1, 1000000)`.pipe(
          Effect.asVoid,
          stored("signInFailed")
        ),
      traced: (userIds) =>
        sql
          .unsafe(
            "select record_activity(u.id, 'messageTraced', null, null) from users u where u.id = any($1::uuid[])",
            [userIds]
          )
          .pipe(Effect.asVoid, stored("traced"))
    })
  )
)

const activityOf = ({ at, device_id, device_name, id, kind, times }: Row): Activity => ({
  id: Number(id),
  at: Number(at),
  kind,
  ...(device_id === null ? {} : { deviceId: device_id }),
  ...(device_name === null ? {} : { deviceName: device_name }),
  ...(times === 1 ? {} : { count: times })
})
