/** Users in a SQL store, and its clock, as the contract suites ask for them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Clock, Effect } from "effect"

export const addSqlUser = (handle: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const userId = UserId.make(yield* makeUuidV7)
    yield* sql`insert into users (id, handle, display_name, admin) values (${userId}, ${handle}, ${handle}, false)`
    yield* sql`insert into conversations (id, kind, members, last_at) values (${userId}, 'personal', 1, ${yield* Clock.currentTimeMillis}::bigint)`
    return userId
  })

/** From now on the user wants to look offline. */
export const hideSqlUser = (userId: UserId) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`update users set invisible = true where id = ${userId}`)

/** From now on the first wants nothing of the other, or does again. */
export const blockSqlUser = (userId: UserId, blocked: UserId, on = true) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    on
      ? sql`insert into blocks (user_id, blocked_id, direct_id, at) values (${userId}, ${blocked}, ${directConversationId(userId, blocked)}, 0)`
      : sql`delete from blocks where user_id = ${userId} and blocked_id = ${blocked}`
  )

/**
 * Puts a clock that stands still in the place of the database's, which goes on by itself; the first time it is put
 * there, later it is set.
 */
export const setSqlClock = (now: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.asVoid(
      sql.unsafe(`do $do$ begin
        update test_clock set now = ${now};
      exception when undefined_table then
        create table test_clock as select ${now}::bigint as now;
        create or replace function store_now() returns bigint language sql volatile as $$ select now from test_clock $$;
      end $do$`)
    )
  )
