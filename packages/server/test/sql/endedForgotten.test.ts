/**
 * Ended sign-ins and invites whose time has passed go along with what comes: a few at a time, however many have piled
 * up.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Invites } from "@hibiki/core/ports/Invites"
import type { SecretHash } from "@hibiki/core/ports/Secrets"
import { Clock, Effect, Layer } from "effect"
import { InvitesSql } from "../../src/sql/InvitesSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"

const dayMs = 86_400_000

layer(InvitesSql.pipe(Layer.provideMerge(freshPglite)), { excludeTestServices: true, timeout: "60 seconds" })(
  "what ended",
  (it) => {
    it.effect("of a user's devices is forgotten after 30 days, at most twenty with each sign-in", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [userId, now] = [UserId.make(yield* makeUuidV7), yield* Clock.currentTimeMillis]
        yield* sql`select create_user(${userId}::uuid, 'ann', 'Ann', 'ann', null, false, null, ${now}::bigint)`
        const ended = (count: number, days: number) => sql`
        insert into devices (id, user_id, name, kind, created_at, last_used_at, revoked_at)
          select gen_random_uuid(), ${userId}::uuid, 'd', 'browser', 0, 0, ${now - days * dayMs}::bigint from generate_series(1, ${count}::int)`
        yield* ended(50, 31)
        yield* ended(2, 29)
        const signIn = Effect.gen(function* () {
          yield* sql`select create_device(${userId}::uuid, ${JSON.stringify({ id: yield* makeUuidV7, name: "d", kind: "browser" })}::jsonb, null, 20, ${now}::bigint)`
          const [left] = yield* sql<{ readonly n: number }>`
          select count(*)::int as n from devices where user_id = ${userId}::uuid and revoked_at is not null`
          return left?.n
        })
        assert.deepStrictEqual([yield* signIn, yield* signIn, yield* signIn, yield* signIn], [32, 12, 2, 2])
      })
    )

    it.effect("of invites is forgotten at most twenty with each that is made", () =>
      Effect.gen(function* () {
        const [sql, invites] = [yield* SqlClient.SqlClient, yield* Invites]
        yield* sql`insert into invites (hash, kind, expires_at) select 'old' || n, 'member', n from generate_series(1, 50) n`
        const make = (kind: "member" | "admin", n: number) =>
          Effect.gen(function* () {
            yield* invites.create(
              { hash: `new${n}` as SecretHash, kind, createdBy: undefined, expiresAt: 1_001 },
              1_000
            )
            return (yield* sql`select from invites`).length
          })
        assert.deepStrictEqual(
          [yield* make("admin", 1), yield* make("member", 2), yield* make("admin", 3), yield* make("member", 4)],
          [31, 12, 2, 3]
        )
      })
    )
  }
)
