/** Invites in SQL. */
import * as SqlClient from "@effect/sql/SqlClient"
import { type InviteKind, Invites } from "@hibiki/core/auth/Invites"
import { Effect, Layer } from "effect"
import { transaction } from "../infra/transaction.ts"
import { stored } from "../users/personalAnswer.ts"

export const InvitesSql = Layer.effect(
  Invites,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Invites.of({
      create: ({ createdBy, expiresAt, hash, kind }, now) =>
        transaction(
          sql,
          Effect.gen(function* () {
            yield* sql`delete from invites where expires_at <= ${now}::bigint or (kind = 'admin' and ${kind} = 'admin')`
            yield* sql`
              insert into invites (hash, kind, created_by, expires_at)
              values (${hash}, ${kind}, ${createdBy ?? null}::uuid, ${expiresAt}::bigint)`
          })
        ).pipe(stored("createInvite")),
      find: (hash, now) =>
        sql<{ readonly kind: InviteKind }>`select kind from invites where hash = ${hash} and expires_at > ${now}::bigint`.pipe(
          Effect.map(([row]) => row?.kind),
          stored("findInvite")
        )
    })
  )
)
