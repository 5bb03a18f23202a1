/** The history of presence in SQL: each call is one statement. */
import * as SqlClient from "@effect/sql/SqlClient"
import { PresenceCounts } from "@hibiki/core/ports/PresenceCounts"
import { Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"

export const PresenceCountsSql = Layer.effect(
  PresenceCounts,
  Effect.map(SqlClient.SqlClient, (sql) =>
    PresenceCounts.of({
      lead: (holder, forMs) =>
        sql
          .unsafe(lead, [holder, forMs])
          .pipe(Effect.map((rows) => rows.length > 0))
          .pipe(stored("presenceLead")),
      counting: sql.unsafe(counting).pipe(
        Effect.map((rows) => rows.length > 0),
        stored("presenceCounting")
      ),
      store: ({ at, conversations, everybody: { active, online }, isComplete }) =>
        sql
          .unsafe(store, [at, online, active, isComplete, JSON.stringify(conversations)])
          .pipe(Effect.asVoid, stored("presenceStore")),
      points: (conversationId, { everyMs, from, until }) =>
        (conversationId === undefined
          ? sql.unsafe<Row>(everybodysPoints, [from, until, everyMs])
          : sql.unsafe<Row>(points, [from, until, everyMs, conversationId])
        ).pipe(
          Effect.map((rows) => rows.map(({ active, at, online }) => ({ at: Number(at), online, active }))),
          stored("presencePoints")
        )
    })
  )
)

interface Row {
  readonly at: string | number
  readonly online: number
  readonly active: number
}

const lead = `
  insert into presence_collector as p (holder, until) values ($1::text, store_now() + $2::bigint)
  on conflict (id) do update set holder = excluded.holder, until = excluded.until
    where p.holder = excluded.holder or p.until <= store_now()
  returning 1`

const counting = `select 1 from presence_collector p where p.until > store_now()`

const store = `
  with counted as (
    insert into presence_counts as c (conversation_id, at, online, active)
      select o."conversationId", $1::bigint, o.online, o.active
      from jsonb_to_recordset($5::jsonb) as o("conversationId" uuid, online int, active int)
    on conflict (conversation_id, at) do update
      set online = greatest(c.online, excluded.online), active = greatest(c.active, excluded.active)
  )
  insert into presence_buckets as b (at, online, active, is_complete) values ($1::bigint, $2::int, $3::int, $4::boolean)
  on conflict (at) do update set online = greatest(b.online, excluded.online),
    active = greatest(b.active, excluded.active), is_complete = b.is_complete and excluded.is_complete`

const everybodysPoints = `
  select b.at - b.at % $3::bigint as at, max(b.online) as online, max(b.active) as active
  from presence_buckets b where b.at >= $1::bigint and b.at < $2::bigint
  group by 1 order by 1`

const points = `
  select b.at - b.at % $3::bigint as at, max(coalesce(c.online, 0)) as online, max(coalesce(c.active, 0)) as active
  from presence_buckets b left join presence_counts c
    on c.conversation_id = $4::uuid and c.at = b.at and c.at >= $1::bigint and c.at < $2::bigint
  where b.at >= $1::bigint and b.at < $2::bigint and (c.at is not null or b.is_complete)
  group by 1 order by 1`
