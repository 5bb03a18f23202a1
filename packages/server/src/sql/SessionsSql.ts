/** Sign-ins in SQL, as the live processes follow them. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import type { DeviceKind } from "@hibiki/core/domain/Presence"
import { Sessions } from "@hibiki/core/ports/Sessions"
import { Clock, Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"

export const SessionsSql = Layer.effect(
  Sessions,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Sessions.of({
      kindsOf: (signIns) =>
        signIns.length === 0
          ? Effect.succeed([])
          : Effect.gen(function* () {
              const now = yield* Clock.currentTimeMillis
              const asked = [
                signIns.map((each) => each.deviceId),
                signIns.map((each) => each.userId),
                signIns.map((each) => each.sessionVersion)
              ]
              const [row] = yield* sql.unsafe<{ readonly kinds: string }>(kindsQuery, [...asked, now])
              return kindsIn(row?.kinds ?? "", signIns.length)
            }).pipe(stored("kindsOf")),
      // The time is read with the rows, never before them: the callers' overlap finds what commits later. In a query of
      // its own, it bounds the part of an index that is read.
      endedSince: (since) =>
        sql<{
          readonly now: string | number
          readonly revoked: ReadonlyArray<DeviceId>
          readonly expired: ReadonlyArray<DeviceId>
        }>`
          select store_now() as now,
            (select coalesce(jsonb_agg(d.id), '[]') from devices d where d.revoked_at >= ${since}::bigint) as revoked,
            (select coalesce(jsonb_agg(d.id), '[]') from devices d where d.revoked_at is null
              and d.absolute_expires_at >= ${since}::bigint and d.absolute_expires_at <= (select store_now())) as expired`.pipe(
          Effect.map(([row]) => ({
            revoked: row?.revoked ?? [],
            expired: row?.expired ?? [],
            now: Number(row?.now ?? 0)
          })),
          stored("endedSince")
        )
    })
  )
)

/**
 * Returns the valid sign-ins by their places in the request, from 1, with their kinds, as one text: rows cost PGlite
 * and the transfer between threads more than everything else here.
 */
const kindsQuery = `
  select coalesce(string_agg(s.place || ' ' || d.kind, ','), '') as kinds
  from unnest($1::uuid[], $2::uuid[], $3::int[]) with ordinality as s(id, owner, version, place)
  join devices d on d.id = s.id and d.user_id = s.owner and d.session_version = s.version
  join users u on u.id = d.user_id
  where d.revoked_at is null and u.disabled_at is null and (d.absolute_expires_at is null or d.absolute_expires_at > $4::bigint)`

const kindsIn = (text: string, count: number): ReadonlyArray<DeviceKind | undefined> => {
  const kinds: Array<DeviceKind | undefined> = Array.from({ length: count }, () => undefined)
  if (text === "") return kinds
  for (const each of text.split(",")) {
    const space = each.indexOf(" ")
    const kind = each.slice(space + 1)
    kinds[Number(each.slice(0, space)) - 1] = kindNamed[kind] ?? (kind as DeviceKind)
  }
  return kinds
}

/**
 * A gateway stores the kind for as long as the socket lives, so each kind is one shared string and no part of the text.
 * An unknown kind comes from a newer version, and is a string of its own.
 */
const kindNamed: Readonly<Record<string, DeviceKind>> = { browser: "browser", terminal: "terminal", bot: "bot" }
