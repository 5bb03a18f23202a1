/** Devices in a SQL store, as the contract of pushes asks for them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { DeviceId, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"

export const makeDevice = (user: UserId, kind: "browser" | "bot" = "browser") =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const device = DeviceId.make(yield* makeUuidV7)
    yield* sql`insert into devices (id, user_id, name, kind, created_at, last_used_at) values (${device}, ${user}, 'one', ${kind}, 0, 0)`
    return device
  })

export const revokeDevice = (device: DeviceId) =>
  Effect.asVoid(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql`update devices set revoked_at = hibiki_store_now() where id = ${device}::uuid`)
  )
