/** Accounts in SQL, on Postgres and on PGlite. Each change is one statement, and so one transaction. */
import * as SqlClient from "@effect/sql/SqlClient"
import { searchKey } from "@hibiki/core/domain/Handle"
import type { UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { directConversationId } from "@hibiki/core/domain/Uuid"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import {
  type Account,
  type Credentials,
  type Ending,
  HandleInUse,
  InviteInvalid,
  LastAdmin,
  type NewAccount,
  PersonAbsent,
  type Proof,
  TooManyBlocked,
  Users,
  type Wishes
} from "@hibiki/core/ports/Users"
import { Effect, Layer } from "effect"
import { type DisablingAnswer, disablingOf, type RevocationAnswer, revocationOf, stored } from "./personalAnswer.ts"

export const UsersSql = Layer.effect(
  Users,
  Effect.map(SqlClient.SqlClient, (sql) => Users.of({ ...reads(sql), ...changes(sql) }))
)

interface AccountRow {
  readonly id: UserId
  readonly handle: string
  readonly display_name: string
  readonly admin: boolean
  readonly disabled: boolean
  readonly created_at: string | number
  readonly invisible: boolean
}

interface CredentialsRow extends AccountRow {
  readonly password_hash: string | null
  readonly password_version: number
}

const columns =
  "u.id, u.handle, u.display_name, u.admin, u.disabled_at is not null as disabled, u.created_at, u.invisible"

const reads = (sql: SqlClient.SqlClient) => {
  const fields = sql.literal(columns)
  const credentials = (rows: ReadonlyArray<CredentialsRow>): Credentials | undefined => {
    const [row] = rows
    return row === undefined
      ? undefined
      : { ...accountOf(row), passwordHash: row.password_hash ?? undefined, passwordVersion: row.password_version }
  }
  return {
    byHandle: (handle: string) =>
      sql<CredentialsRow>`
        select ${fields}, u.password_hash, u.password_version from users u where u.handle = ${handle}`.pipe(
        Effect.map(credentials),
        stored("byHandle")
      ),
    byId: (userId: UserId) =>
      sql<CredentialsRow>`
        select ${fields}, u.password_hash, u.password_version from users u where u.id = ${userId}::uuid`.pipe(
        Effect.map(credentials),
        stored("byId")
      ),
    byReset: (hash: SecretHash, now: number) =>
      sql<CredentialsRow>`
        select ${fields}, u.password_hash, u.password_version from password_resets r join users u on u.id = r.user_id
        where r.hash = ${hash} and r.expires_at > ${now}::bigint and u.disabled_at is null`.pipe(
        Effect.map(credentials),
        stored("byReset")
      ),
    byIds: (userIds: ReadonlyArray<UserId>) =>
      sql.unsafe<AccountRow>(byIdsQuery, [userIds]).pipe(
        Effect.map((rows) => rows.map(accountOf)),
        stored("byIds")
      ),
    wishesOf: (userIds: ReadonlyArray<UserId>) => sql.unsafe<Wishes>(wishesQuery, [userIds]).pipe(stored("wishesOf")),
    // A range and no pattern: nothing to escape, and the indexes serve it.
    search: (prefix: string, limit: number) =>
      sql<AccountRow>`
        select ${fields} from users u
        where u.disabled_at is null and ((u.handle >= ${prefix} and u.handle < ${after(prefix)}) or (u.name_key >= ${prefix} and u.name_key < ${after(prefix)}))
        order by u.handle limit ${limit}::int`.pipe(
        Effect.map((rows) => rows.map(accountOf)),
        stored("search")
      ),
    list: (afterHandle: string, limit: number) =>
      sql<AccountRow>`select ${fields} from users u where u.handle > ${afterHandle} order by u.handle limit ${limit}::int`.pipe(
        Effect.map((rows) => rows.map(accountOf)),
        stored("list")
      ),
    hasAdmin: sql`select from users u where u.admin and u.disabled_at is null limit 1`.pipe(
      Effect.map(isFound),
      stored("hasAdmin")
    )
  }
}

const byIdsQuery = `
  select ${columns} from (
    select a.id, min(a.n) as n from unnest($1::uuid[]) with ordinality a(id, n) group by a.id
  ) asked join users u on u.id = asked.id order by asked.n`

const wishesQuery = `
  select * from (
    select u.id as "userId", u.invisible, array(select b.blocked_id from blocks b where b.user_id = u.id order by b.blocked_id) as blocked
    from users u where u.id = any($1::uuid[]) offset 0
  ) w where w.invisible or cardinality(w.blocked) > 0`

/** The least text that is greater than every text with this prefix: no text ends with the greatest code point twice. */
const after = (prefix: string): string => `${prefix}\u{10ffff}\u{10ffff}`

const changes = (sql: SqlClient.SqlClient) => ({
  create: (account: NewAccount) => create(sql, account),
  setPassword: (userId: UserId, passwordHash: string, ending: Ending, _now: number, proof: Proof | undefined) => {
    const [word, keep] = typeof ending === "string" ? [ending, null] : ["others", ending.allBut]
    return sql<Answer>`
      select set_password(${userId}::uuid, ${passwordHash}, ${word}, ${keep}::uuid, ${proof?.passwordVersion ?? null}::int, ${proof?.deviceId ?? null}::uuid) as answer`.pipe(
      Effect.map(([row]) => (row?.answer ? revocationOf(userId, row.answer) : undefined)),
      stored("setPassword")
    )
  },
  rehash: (userId: UserId, from: string, to: string) =>
    sql`update users set password_hash = ${to} where id = ${userId}::uuid and password_hash = ${from}`.pipe(
      Effect.asVoid,
      stored("rehash")
    ),
  setAdmin: (userId: UserId, admin: boolean) =>
    sql<{ readonly answer: "done" | "absent" | "last_admin" }>`
      select set_admin(${userId}::uuid, ${admin}) as answer`.pipe(
      Effect.flatMap(([row]) =>
        row?.answer === "last_admin" ? new LastAdmin() : Effect.succeed(row?.answer === "done")
      ),
      stored("setAdmin")
    ),
  disable: (userId: UserId, now: number) =>
    sql<Answer<DisablingAnswer | "last_admin">>`select disable_user(${userId}::uuid, ${now}::bigint) as answer`.pipe(
      Effect.flatMap(([row]) =>
        row?.answer === "last_admin"
          ? new LastAdmin()
          : Effect.succeed(row?.answer ? disablingOf(userId, row.answer) : undefined)
      ),
      stored("disable")
    ),
  makeReset: (userId: UserId, hash: SecretHash, expiresAt: number) =>
    sql<{ readonly made: boolean }>`select make_reset(${userId}::uuid, ${hash}, ${expiresAt}::bigint) as made`.pipe(
      Effect.map(([row]) => row?.made === true),
      stored("makeReset")
    ),
  useReset: (hash: SecretHash, passwordHash: string, now: number) =>
    sql<Answer<readonly [UserId, ...RevocationAnswer]>>`
      select use_reset(${hash}, ${passwordHash}, ${now}::bigint) as answer`.pipe(
      Effect.map(([row]) => {
        if (!row?.answer) return undefined
        const [userId, ...answer] = row.answer
        return revocationOf(userId, answer)
      }),
      stored("useReset")
    ),
  enable: (userId: UserId) =>
    sql`update users set disabled_at = null where id = ${userId}::uuid returning id`.pipe(
      Effect.map(isFound),
      stored("enable")
    ),
  setDisplayName: (userId: UserId, displayName: string) =>
    sql<Answer>`
      select set_display_name(${userId}::uuid, ${displayName}, ${searchKey(displayName)}) as answer`.pipe(
      Effect.map(([row]) => (row?.answer ? revocationOf(userId, row.answer).changes : undefined)),
      stored("setDisplayName")
    ),
  setInvisible: (userId: UserId, invisible: boolean) =>
    sql<Answer>`select set_invisible(${userId}::uuid, ${invisible}) as answer`.pipe(
      Effect.map(([row]) => (row?.answer ? revocationOf(userId, row.answer).changes : undefined)),
      stored("setInvisible")
    ),
  setBlocked: (userId: UserId, blocked: UserId, on: boolean, now: number) => setBlocked(sql, userId, blocked, on, now)
})

interface Answer<A = RevocationAnswer> {
  /** Null: no such user, or the requested proof failed. */
  readonly answer: A | null
}

const isFound = (rows: ReadonlyArray<unknown>): boolean => rows.length > 0

const create = (
  sql: SqlClient.SqlClient,
  { admin, displayName, handle, invite, now, passwordHash, userId }: NewAccount
) =>
  Effect.gen(function* () {
    const [row] = yield* sql<{
      readonly answer: "created" | "handle_in_use" | "invite_invalid"
      readonly is_admin: boolean
    }>`
      select create_user(${userId}::uuid, ${handle}, ${displayName}, ${searchKey(displayName)}, ${passwordHash ?? null}::text, ${admin},
        ${invite ?? null}::text, ${now}::bigint) as answer`
    if (row?.answer === "invite_invalid") return yield* new InviteInvalid()
    if (row?.answer !== "created") return yield* new HandleInUse()
    const [made] = yield* sql<{ readonly admin: boolean }>`select admin from users where id = ${userId}::uuid`
    return {
      userId,
      handle,
      displayName,
      admin: made?.admin ?? admin,
      disabled: false,
      createdAt: now,
      invisible: false
    }
  }).pipe(stored("create"))

const setBlocked = (sql: SqlClient.SqlClient, userId: UserId, blocked: UserId, on: boolean, now: number) =>
  Effect.gen(function* () {
    const [row] = yield* sql<Answer<RevocationAnswer | "absent" | "too_many">>`
      select set_blocked(${userId}::uuid, ${blocked}::uuid, ${directConversationId(userId, blocked)}::uuid, ${on}, ${Limits.blockedMax}::int,
        ${now}::bigint) as answer`
    if (row?.answer === "absent") return yield* new PersonAbsent()
    if (row?.answer === "too_many") return yield* new TooManyBlocked()
    return row?.answer ? revocationOf(userId, row.answer).changes : undefined
  }).pipe(stored("setBlocked"))

const accountOf = (row: AccountRow): Account => ({
  userId: row.id,
  handle: row.handle,
  displayName: row.display_name,
  admin: row.admin,
  disabled: row.disabled,
  createdAt: Number(row.created_at),
  invisible: row.invisible
})
