/** What is owed to whom in SQL, on Postgres and on PGlite, by the database's clock. Each step is one statement, and so one transaction. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { type Claimed, type PushAddress, type PushFacts, PushStore } from "@hibiki/core/push/PushStore"
import { Effect, Layer } from "effect"
import { stored } from "../users/personalAnswer.ts"

export const PushStoreSql = Layer.effect(
  PushStore,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const ask = asking(sql)
    return PushStore.of({
      note: (logs, firstMs, againMs) =>
        Effect.map(
          ask<Readonly<Record<ConversationId, number>>>("pushNote", noteCall, [logs, firstMs, againMs]),
          (inMs) => new Map(Object.entries(inMs) as Array<[ConversationId, number]>)
        ),
      look: (leaseMs, limit) =>
        Effect.map(
          ask<ReadonlyArray<[ConversationId, number, number, boolean, boolean]>>(
            "pushLook",
            "hibiki_push_look(c.now, $1::bigint, $2::int)",
            [leaseMs, limit]
          ),
          (taken) => taken.map(([log, looks, head, isNew, isPersonal]) => ({ log, looks, head, isNew, isPersonal }))
        ),
      unread: (logs, limit) =>
        Effect.map(
          ask<ReadonlyArray<[ConversationId, UserId, number]>>("pushUnread", "hibiki_push_unread($1::jsonb, $2::int, c.now)", [
            JSON.stringify(logs.map(({ after, log }) => [log, after ?? null])),
            limit
          ]),
          (rows) => rows.map(([log, userId, seq]) => ({ log, userId, seq }))
        ),
      owe: (owed) => Effect.asVoid(ask("pushOwe", "hibiki_push_owe($1::jsonb, c.now)", [JSON.stringify(owed)])),
      looked: (looked, againMs) =>
        Effect.asVoid(
          ask("pushLooked", lookedCall, [
            JSON.stringify(looked.map(({ afterMs, due, looks }) => [due.log, due.head, looks, afterMs ?? null])),
            againMs
          ])
        ),
      claim: (leaseMs, limit) =>
        ask<ReadonlyArray<Claimed>>("pushClaim", "hibiki_push_claim(c.now, $1::bigint, $2::int)", [leaseMs, limit]),
      settle: (settled) =>
        Effect.asVoid(
          ask("pushSettle", settleCall, [
            JSON.stringify(settled.map(({ afterMs, claimed, outcome }) => ({ ...claimed, outcome, afterMs })))
          ])
        ),
      ...addresses(sql),
      facts: (log, userId) =>
        Effect.map(ask<FactsAnswer>("pushFacts", factsCall, [log, userId]), ({ lookAt, owed, records, ...rest }) => ({
          ...rest,
          lookAt: lookAt ?? undefined,
          owed: owed.map(({ dueAt, ...one }) => ({ ...one, dueAt: dueAt ?? undefined })),
          records
        })),
      forget: (before) => Effect.forEach(forgettable(sql, before), inSlices, { discard: true }).pipe(stored("pushForget"))
    })
  })
)

// The functions take and give times, by the clock of `c.now`.
const noteCall = `(
  select coalesce(jsonb_object_agg(n.key, n.value::bigint - c.now), '{}') from jsonb_each_text(hibiki_push_note($1::uuid[], c.now, $2::bigint, $3::bigint)) n
)`
const lookedCall = `hibiki_push_looked((
  select jsonb_agg(jsonb_build_array(l->0, l->1, l->2, c.now + (l->>3)::bigint)) from jsonb_array_elements($1::jsonb) l
), c.now, $2::bigint)`
const settleCall = `hibiki_push_settle((
  select jsonb_agg(s || jsonb_build_object('at', c.now + (s->>'afterMs')::bigint)) from jsonb_array_elements($1::jsonb) s
), c.now)`

/** Rows of one statement, so that none holds locks for long. */
const slice = 500

const forgettable = (sql: SqlClient.SqlClient, before: number) => [
  sql`delete from push_due p using (
        select x.device_id, x.conversation_id from push_due x where x.owed_at < ${before}::bigint and x.state = 'sent' order by x.owed_at limit ${slice}
      ) o where p.device_id = o.device_id and p.conversation_id = o.conversation_id and p.state = 'sent' returning 1`,
  // These have no key. One that moved meanwhile can't be, since nobody changes them.
  sql`delete from push_records where ctid = any(array(
        select x.ctid from push_records x where x.at < ${before}::bigint order by x.at limit ${slice}
      )) returning 1`,
  sql`delete from push_addresses a using (
        select x.device_id from push_addresses x join devices d on d.id = x.device_id where d.revoked_at is not null limit ${slice}
      ) o where a.device_id = o.device_id returning 1`
]

/** Again and again, until there is less than a slice. */
const inSlices = <E>(forget: Effect.Effect<ReadonlyArray<unknown>, E>) => Effect.repeat(forget, { until: (rows) => rows.length < slice })

/** What is called may ask for the database's time: once in a statement, so that there is one. */
const asking =
  (sql: SqlClient.SqlClient) =>
  <A>(operation: string, call: string, values: ReadonlyArray<unknown>) =>
    sql
      .unsafe<{ readonly answer: A }>(`with c as materialized (select hibiki_store_now() as now) select ${call} as answer from c`, [
        ...values
      ])
      .pipe(
        Effect.flatMap(([row]) => (row === undefined ? Effect.dieMessage(`${operation} has no answer`) : Effect.succeed(row.answer))),
        stored(operation)
      )

const addresses = (sql: SqlClient.SqlClient): Pick<PushStore["Type"], "setAddress" | "removeAddress" | "addressOf"> => ({
  setAddress: (deviceId, { auth, endpoint, p256dh }, now) =>
    Effect.asVoid(
      asking(sql)("pushSetAddress", "hibiki_push_set_address($1::uuid, $2::text, $3::text, $4::text, $5::bigint)", [
        ...[deviceId, endpoint, p256dh, auth, now]
      ])
    ),
  removeAddress: (deviceId, endpoint) =>
    sql`delete from push_addresses where device_id = ${deviceId}::uuid
          and endpoint = coalesce(${endpoint ?? null}::text, endpoint)`.pipe(Effect.asVoid, stored("pushRemoveAddress")),
  addressOf: (deviceId) =>
    sql<PushAddress>`select endpoint, p256dh, auth from push_addresses where device_id = ${deviceId}::uuid`.pipe(
      Effect.map(([row]) => row),
      stored("pushAddress")
    )
})

type FactsAnswer = Omit<PushFacts, "lookAt" | "owed"> & {
  readonly lookAt: number | null
  readonly owed: ReadonlyArray<Omit<PushFacts["owed"][number], "dueAt"> & { readonly dueAt: number | null }>
}

const recordsMax = 100

const factsCall = `(
  select jsonb_build_object(
    'isMember', exists (select from memberships m where m.conversation_id = a.log and m.user_id = a.usr),
    'isMuted', coalesce((select r.muted from read_cursors r where r.user_id = a.usr and r.conversation_id = a.log), false),
    'readUpTo', coalesce((select r.read_up_to from read_cursors r where r.user_id = a.usr and r.conversation_id = a.log), 0),
    'head', coalesce((select c.last_seq from conversations c where c.id = a.log), 0),
    'lookAt', (select p.look_at from push_looks p where p.log = a.log),
    'owed', coalesce((
      select jsonb_agg(jsonb_build_object('deviceId', p.device_id, 'state', p.state, 'seq', p.seq, 'dueAt', p.due_at, 'tries', p.tries, 'owedAt', p.owed_at))
      from push_due p where p.user_id = a.usr and p.conversation_id = a.log
    ), '[]'),
    'records', coalesce((
      select jsonb_agg(jsonb_build_object('deviceId', n.device_id, 'at', n.at, 'seq', n.seq, 'what', n.what))
      from (select * from push_records n where n.user_id = a.usr and n.conversation_id = a.log order by n.at desc limit ${recordsMax}) n
    ), '[]')
  ) from (select $1::uuid as log, $2::uuid as usr) a
)`
