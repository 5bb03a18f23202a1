/** Devices in SQL, on Postgres and on PGlite. Each change is one statement, and so one transaction. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import {
  type Device,
  Devices,
  devicesMax,
  type LivingDevice,
  type NewDeviceRow,
  type Rotated,
  type Rotation
} from "@hibiki/core/ports/Devices"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import type { Proof } from "@hibiki/core/ports/Users"
import { Effect, Layer } from "effect"
import { type ChangeAnswer, changesOf, type RevocationAnswer, revocationOf, stored } from "./personalAnswer.ts"

export const DevicesSql = Layer.effect(
  Devices,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Devices.of({
      create: (row) => create(sql, row),
      list: (userId, now) => list(sql, userId, now),
      revoke: (userId, one, _now, proof) => revoke(sql, { userId, one, proof }),
      revokeAllBut: (userId, keep, _now, proof) => revoke(sql, { userId, keep, proof }),
      byAccessHashes: (hashes, now) => byAccessHashes(sql, hashes, now),
      rotate: (rotation) => rotate(sql, rotation),
      touch: (deviceId, hash, now) =>
        sql`
          update devices d set last_used_at = greatest(d.last_used_at, ${now}::bigint), access_used = d.access_used or d.access_hash is not distinct from ${hash}
          where d.id = ${deviceId}::uuid and (d.last_used_at < ${now}::bigint or (d.access_hash = ${hash} and not d.access_used))`.pipe(
          Effect.asVoid,
          stored("touch")
        ),
      connected: (devices, idleExpiresAt, now) =>
        Effect.asVoid(sql.unsafe(connectedQuery, [devices, idleExpiresAt, now])).pipe(stored("connected"))
    })
  )
)

interface LivingRow {
  readonly id: DeviceId
  readonly user_id: UserId
  readonly handle: string
  readonly display_name: string
  readonly admin: boolean
  readonly account_created_at: string | number
  readonly password_version: number
  readonly session_version: number
  readonly expires_at: string | number | null
  readonly last_used_at: string | number
  readonly is_unused: boolean
}

const create = (sql: SqlClient.SqlClient, row: NewDeviceRow) =>
  Effect.gen(function* () {
    const { accessExpiresAt, accessHash, deviceId, kind, name, now, passwordVersion, refresh, userId } = row
    const device = {
      id: deviceId,
      name,
      kind,
      access_hash: accessHash,
      access_expires_at: accessExpiresAt,
      family: refresh?.family,
      refresh_hash: refresh?.hash,
      idle_expires_at: refresh?.idleExpiresAt,
      absolute_expires_at: refresh?.absoluteExpiresAt
    }
    const [made] = yield* sql<{ readonly answer: ChangeAnswer | null }>`
      select create_device(${userId}::uuid, ${JSON.stringify(device)}::jsonb, ${passwordVersion ?? null}::int, ${devicesMax}::int, ${now}::bigint) as answer`
    if (!made?.answer) return undefined
    const created = yield* living(sql, deviceId)
    return created === undefined ? undefined : { device: created, changes: changesOf(userId, made.answer) }
  }).pipe(stored("create"))

// Gateways may name the same devices at the same time. This skips locked rows: a statement that waits for one row while
// it holds another could wait for ever.
const connectedQuery = `
  update devices d set last_used_at = greatest(d.last_used_at, $3::bigint),
    idle_expires_at = case when d.idle_expires_at is not null then greatest(d.idle_expires_at, $2::bigint) end
  where d.id in (select c.id from devices c where c.id = any($1::uuid[]) and c.revoked_at is null for no key update skip locked)`

const list = (sql: SqlClient.SqlClient, userId: UserId, now: number) =>
  sql<{ id: DeviceId; name: string; kind: Device["kind"]; created_at: string | number; last_used_at: string | number }>`
    select d.id, d.name, d.kind, d.created_at, d.last_used_at from devices d
    where d.user_id = ${userId}::uuid and d.revoked_at is null
      and (d.idle_expires_at is null or (d.idle_expires_at > ${now}::bigint and d.absolute_expires_at > ${now}::bigint))
    order by d.last_used_at desc, d.id desc`.pipe(
    Effect.map((rows) =>
      rows.map(
        ({ created_at, id, kind, last_used_at, name }): Device => ({
          deviceId: id,
          name,
          kind,
          createdAt: Number(created_at),
          lastUsedAt: Number(last_used_at)
        })
      )
    ),
    stored("list")
  )

interface Revoking {
  readonly userId: UserId
  readonly one?: DeviceId
  readonly keep?: DeviceId
  readonly proof: Proof | undefined
}

const revoke = (sql: SqlClient.SqlClient, { keep, one, proof, userId }: Revoking) =>
  sql<{ readonly answer: RevocationAnswer | null }>`
    select revoke_devices(${userId}::uuid, ${one ?? null}::uuid, ${keep ?? null}::uuid, ${proof?.passwordVersion ?? null}::int, ${proof?.deviceId ?? null}::uuid) as answer`.pipe(
    Effect.map(([row]) => (row?.answer ? revocationOf(userId, row.answer) : undefined)),
    stored("revoke")
  )

const byAccessHashes = (sql: SqlClient.SqlClient, hashes: ReadonlyArray<SecretHash>, now: number) =>
  sql.unsafe<LivingRow & { readonly hash: SecretHash }>(byAccessHashesQuery, [hashes, now]).pipe(
    Effect.map((rows) => new Map(rows.map((row) => [row.hash, livingOf(row)]))),
    stored("byAccessHashes")
  )

// Looks up each token by its own of two indexes, and the rest by the primary keys. A planner without statistics, such
// as PGlite's, would read the tables to their ends; "offset 0" prevents that.
const byAccessHashesQuery = `
  select asked.hash, d.id, d.user_id, u.handle, u.display_name, u.admin, u.created_at as account_created_at,
    u.password_version, d.session_version, t.expires_at, d.last_used_at, t.is_unused
  from unnest($1::text[]) as asked(hash)
  cross join lateral (
    select a.id, a.access_expires_at as expires_at, not a.access_used as is_unused from devices a where a.access_hash = asked.hash
    union all
    select b.id, b.access_before_expires_at, false from devices b where b.access_before = asked.hash
  ) t
  cross join lateral (select * from devices where id = t.id offset 0) d
  cross join lateral (select * from users where id = d.user_id offset 0) u
  where d.revoked_at is null and u.disabled_at is null and (t.expires_at is null or t.expires_at > $2::bigint)
    and (d.absolute_expires_at is null or d.absolute_expires_at > $2::bigint)`

const living = (sql: SqlClient.SqlClient, deviceId: DeviceId) =>
  sql<LivingRow>`
    select d.id, d.user_id, u.handle, u.display_name, u.admin, u.created_at as account_created_at, u.password_version, d.session_version,
      d.access_expires_at as expires_at, d.last_used_at, not d.access_used as is_unused
    from devices d join users u on u.id = d.user_id where d.id = ${deviceId}::uuid and d.revoked_at is null and u.disabled_at is null`.pipe(
    Effect.map(([row]) => (row === undefined ? undefined : livingOf(row)))
  )

type RotateAnswer =
  | readonly ["Rotated" | "Repeated", device: DeviceId, ends: number]
  | readonly ["Reused", device: DeviceId, user: UserId]
  | readonly ["Unknown"]

const rotate = (sql: SqlClient.SqlClient, { family, graceMs, next, now, shown }: Rotation) =>
  Effect.gen(function* (): Effect.fn.Return<Rotated, SqlError> {
    const [row] = yield* sql<{ readonly answer: RotateAnswer }>`
      select rotate_device(${family}, ${shown}, ${next.refreshHash}, ${next.accessHash}, ${next.accessExpiresAt}::bigint,
        ${next.idleExpiresAt}::bigint, ${graceMs}::bigint, ${now}::bigint) as answer`
    const answer = row?.answer ?? ["Unknown"]
    if (answer[0] === "Unknown") return { _tag: "Unknown" }
    if (answer[0] === "Reused") {
      const [, device, userId] = answer
      const [ended] = yield* sql<{ readonly answer: RevocationAnswer | null }>`
        with c as materialized (select set_config('hibiki.device_ends', 'refreshReused', true))
        select revoke_devices(${userId}::uuid, ${device}::uuid, null, null, null) as answer from c`
      return {
        _tag: "Reused",
        userId,
        revocation: ended?.answer ? revocationOf(userId, ended.answer) : { devices: [], changes: [] }
      }
    }
    const device = yield* living(sql, answer[1])
    // The device was revoked in between.
    return device === undefined ? { _tag: "Unknown" } : { _tag: answer[0], device, refreshExpiresAt: answer[2] }
  }).pipe(stored("rotate"))

const livingOf = (row: LivingRow): LivingDevice => ({
  userId: row.user_id,
  deviceId: row.id,
  handle: row.handle,
  displayName: row.display_name,
  admin: row.admin,
  createdAt: Number(row.account_created_at),
  passwordVersion: row.password_version,
  sessionVersion: row.session_version,
  accessExpiresAt: row.expires_at === null ? undefined : Number(row.expires_at),
  lastUsedAt: Number(row.last_used_at),
  isUnused: row.is_unused
})
