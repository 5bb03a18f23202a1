/** The networks from which accounts were in use, in SQL. */
import * as SqlClient from "@effect/sql/SqlClient"
import { KnownNetworks, knownNetworkDays, knownNetworksMax } from "@hibiki/core/ports/KnownNetworks"
import { Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"

const keptMs = knownNetworkDays * 86_400_000

export const KnownNetworksSql = Layer.effect(
  KnownNetworks,
  Effect.map(SqlClient.SqlClient, (sql) =>
    KnownNetworks.of({
      isKnown: (userId, mark) =>
        sql`select from known_networks n
          where n.user_id = ${userId}::uuid and n.mark = ${mark} and n.seen_at > store_now() - ${keptMs}::bigint`.pipe(
          Effect.map((rows) => rows.length > 0),
          stored("isKnown")
        ),
      note: (userId, mark) =>
        // Written once per day and network. Parallel records of one account may leave a row too many, which the next
        // new one deletes.
        sql`
          with c as materialized (select store_now() as now), noted as (
            insert into known_networks as n (user_id, mark, seen_at) select ${userId}::uuid, ${mark}, c.now from c
              on conflict (user_id, mark) do update set seen_at = excluded.seen_at where n.seen_at < excluded.seen_at - 86400000
              returning 1
          )
          delete from known_networks n where n.user_id = ${userId}::uuid and exists (select from noted) and n.mark in (
            select o.mark from known_networks o where o.user_id = ${userId}::uuid and o.mark <> ${mark}
              order by o.seen_at desc, o.mark offset ${knownNetworksMax - 1}::int
          )`.pipe(Effect.asVoid, stored("noteNetwork"))
    })
  )
)
