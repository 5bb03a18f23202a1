/** From which networks accounts were in use, in SQL. */
import * as SqlClient from "@effect/sql/SqlClient"
import { KnownNetworks, knownNetworkDays, knownNetworksMax } from "@hibiki/core/auth/KnownNetworks"
import { Effect, Layer } from "effect"
import { stored } from "../users/personalAnswer.ts"

const keptMs = knownNetworkDays * 86_400_000

export const KnownNetworksSql = Layer.effect(
  KnownNetworks,
  Effect.map(SqlClient.SqlClient, (sql) =>
    KnownNetworks.of({
      isKnown: (userId, mark) =>
        sql`select from known_networks n
          where n.user_id = ${userId}::uuid and n.mark = ${mark} and n.seen_at > hibiki_store_now() - ${keptMs}::bigint`.pipe(
          Effect.map((rows) => rows.length > 0),
          stored("isKnown")
        ),
      note: (userId, mark) =>
        sql`select hibiki_note_network(${userId}::uuid, ${mark}, ${knownNetworksMax}::int)`.pipe(Effect.asVoid, stored("noteNetwork"))
    })
  )
)
