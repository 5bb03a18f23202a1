/** Invites in SQL. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { UserId } from "@hibiki/core/domain/Ids"
import { type InviteKind, Invites } from "@hibiki/core/ports/Invites"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import { Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"
import { transaction } from "./transaction.ts"

export const InvitesSql = Layer.effect(
  Invites,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Invites.of({
      create: ({ createdBy, expiresAt, hash, kind, people = 1 }, now) =>
        transaction(
          sql,
          Effect.gen(function* () {
            // Locked until the end: a transaction that disables the creator meanwhile waits for it, and then finds the
            // invite.
            const isMade = createdBy === undefined || (yield* isEnabled(sql, createdBy))
            if (!isMade) return false
            if (kind === "admin") yield* sql`delete from invites where kind = 'admin'`
            // Deletes a few of them, however many have piled up: the next invite deletes more.
            yield* sql`delete from invites where hash = any(array(
              select i.hash from invites i where i.expires_at <= ${now}::bigint order by i.expires_at limit 20 for update skip locked
            ))`
            yield* sql`
              insert into invites (hash, kind, created_by, expires_at, people)
              values (${hash}, ${kind}, ${createdBy ?? null}::uuid, ${expiresAt}::bigint, ${people}::int)`
            return true
          })
        ).pipe(stored("createInvite")),
      find: (hash, now) =>
        sql<{
          readonly kind: InviteKind
        }>`select kind from invites where hash = ${hash} and expires_at > ${now}::bigint`.pipe(
          Effect.map(([row]) => row?.kind),
          stored("findInvite")
        ),
      list: (now, limit, after) =>
        sql<{
          readonly hash: SecretHash
          readonly people: number
          readonly used: number
          readonly expires_at: string | number
        }>`
          select i.hash, i.people, i.used, i.expires_at from invites i
          where i.kind = 'member' and i.expires_at > ${now}::bigint
            and (${after?.expiresAt ?? null}::bigint is null or i.expires_at < ${after?.expiresAt ?? null}::bigint
              or (i.expires_at = ${after?.expiresAt ?? null}::bigint and i.hash > ${after?.hash ?? null}::text))
          order by i.expires_at desc, i.hash limit ${limit}::int`.pipe(
          Effect.map((rows) =>
            rows.map(({ expires_at, hash, people, used }) => ({ hash, people, used, expiresAt: Number(expires_at) }))
          ),
          stored("listInvites")
        ),
      end: (hash) =>
        sql`delete from invites where hash = ${hash} and kind = 'member' returning hash`.pipe(
          Effect.map((rows) => rows.length > 0),
          stored("endInvite")
        )
    })
  )
)

const isEnabled = (sql: SqlClient.SqlClient, userId: UserId) =>
  Effect.map(
    sql`select from users where id = ${userId}::uuid and disabled_at is null for share`,
    (rows) => rows.length > 0
  )
