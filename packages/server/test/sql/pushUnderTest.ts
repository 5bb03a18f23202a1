/** Devices in a SQL store, as the contract of pushes asks for them. */
import * as SqlClient from "@effect/sql/SqlClient"
import { ConversationId, DeviceId, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { Effect } from "effect"
import { transaction } from "../../src/sql/transaction.ts"

export const makeDevice = (user: UserId, kind: "browser" | "bot" = "browser") =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const device = DeviceId.make(yield* makeUuidV7)
    yield* sql`insert into devices (id, user_id, name, kind, created_at, last_used_at) values (${device}, ${user}, 'one', ${kind}, 0, 0)`
    return device
  })

export const revokeDevice = (device: DeviceId) =>
  Effect.asVoid(
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql`update devices set revoked_at = store_now() where id = ${device}::uuid`
    )
  )

/**
 * Three pages of 50 of those who have something unread in a group of 2,000: how many each found, and how many
 * memberships it read.
 */
export const membersReadByPage = Effect.gen(function* () {
  const [sql, store, log, writer] = [yield* SqlClient.SqlClient, yield* PushStore, yield* makeUuidV7, yield* makeUuidV7]
  yield* sql`insert into users (id, handle, display_name) select gen_random_uuid(), 'reader' || g, 'Reader' from generate_series(1, 2000) g`
  yield* sql`insert into devices (id, user_id, name, kind, created_at, last_used_at) select gen_random_uuid(), u.id, 'one', 'browser', 0, 0 from users u`
  yield* sql`insert into conversations (id, kind, history, members, last_seq) values (${log}::uuid, 'group', 'all', 2000, 1)`
  yield* sql`insert into memberships (conversation_id, user_id, role, joined_seq) select ${log}::uuid, u.id, 'member', 1 from users u`
  yield* sql`insert into read_cursors (user_id, conversation_id, read_up_to) select u.id, ${log}::uuid, 0 from users u`
  yield* sql`insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
    values (${log}::uuid, 1, gen_random_uuid(), ${writer}::uuid, 0, 'posted', '{"text": "hello"}', 1)`
  const [found, members]: [Array<number>, Array<number>] = [[], []]
  let after: UserId | undefined
  for (let page = 0; page < 3; page++) {
    // Only a transaction knows what it has read at once.
    const [rows, read] = yield* transaction(
      sql,
      Effect.gen(function* () {
        const rows = yield* store.unread([{ log: ConversationId.make(log), after }], 50)
        const [counted] = yield* sql<{ read: number }>`
          select (pg_stat_get_xact_tuples_returned('memberships'::regclass) + pg_stat_get_xact_tuples_fetched('memberships'::regclass)
            + pg_stat_get_xact_tuples_returned('memberships_pkey'::regclass))::int as read`
        return [rows, counted?.read ?? Number.POSITIVE_INFINITY] as const
      })
    )
    found.push(rows.length)
    members.push(read)
    after = rows.at(-1)?.userId
  }
  return { found, members }
})
