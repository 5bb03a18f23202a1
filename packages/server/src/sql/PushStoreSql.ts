/**
 * Pending push notifications in SQL, on Postgres and on PGlite, by the database's clock. Each step is one statement,
 * and so one transaction.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import {
  type Claimed,
  type PushAddress,
  type PushesPending,
  type PushFacts,
  PushStore,
  pendingMax
} from "@hibiki/core/ports/PushStore"
import { Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"

export const PushStoreSql = Layer.effect(
  PushStore,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const ask = asking(sql)
    return PushStore.of({
      note: (logs, firstMs, againMs) =>
        Effect.map(
          ask<Readonly<Record<ConversationId, number>>>("pushNote", note, [logs, firstMs, againMs]),
          (inMs) => new Map(Object.entries(inMs) as Array<[ConversationId, number]>)
        ),
      look: (leaseMs, limit) =>
        Effect.map(
          ask<ReadonlyArray<[ConversationId, number, number, boolean, boolean]>>("pushLook", look, [leaseMs, limit]),
          (taken) => taken.map(([log, looks, head, isNew, isPersonal]) => ({ log, looks, head, isNew, isPersonal }))
        ),
      unread: (logs, limit) =>
        Effect.map(
          ask<ReadonlyArray<[ConversationId, UserId, number]>>(
            "pushUnread",
            { answer: "push_unread($1::jsonb, $2::int, c.now)" },
            [JSON.stringify(logs.map(({ after, log }) => [log, after ?? null])), limit]
          ),
          (rows) => rows.map(([log, userId, seq]) => ({ log, userId, seq }))
        ),
      owe: (owed) => Effect.asVoid(ask("pushOwe", owe, [JSON.stringify(owed)])),
      looked: (looked, againMs) =>
        Effect.asVoid(
          ask("pushLooked", endLooks, [
            JSON.stringify(looked.map(({ afterMs, due, looks }) => [due.log, due.head, looks, afterMs ?? null])),
            againMs
          ])
        ),
      claim: (leaseMs, limit) => ask<ReadonlyArray<Claimed>>("pushClaim", claim, [leaseMs, limit]),
      settle: (settled) =>
        Effect.asVoid(
          ask("pushSettle", settle, [
            JSON.stringify(settled.map(({ afterMs, claimed, outcome }) => ({ ...claimed, outcome, afterMs })))
          ])
        ),
      ...addresses(sql),
      facts: (log, userId) =>
        Effect.map(
          ask<FactsAnswer>("pushFacts", { answer: facts }, [log, userId]),
          ({ lookAt, owed, records, ...rest }) => ({
            ...rest,
            lookAt: lookAt ?? undefined,
            owed: owed.map(({ dueAt, ...one }) => ({ ...one, dueAt: dueAt ?? undefined })),
            records
          })
        ),
      pending: ask<PushesPending>("pushPending", { answer: pending }, []),
      forget: (before) =>
        Effect.forEach(forgettable(sql, before), inSlices, { discard: true }).pipe(stored("pushForget"))
    })
  })
)

/**
 * A statement that reads the database's time once, as `c.now`. Consists of its answer, as one JSON value, and the steps
 * before it.
 */
interface Asked {
  readonly steps?: string
  readonly answer: string
}

const now = "(select now from c)"

const note: Asked = {
  steps: `noted as (
    insert into push_looks (log, look_at) select l.id, ${now} + $2::bigint from unnest($1::uuid[]) l(id) order by l.id
      on conflict (log) do update set look_at = least(push_looks.look_at, ${now} + $3::bigint), noted = true
      returning log, look_at
  )`,
  answer: "(select coalesce(jsonb_object_agg(n.log, n.look_at - c.now), '{}') from noted n)"
}

/**
 * Whether a push needs no further look: the person has read it, or is no longer a member. Their read cursor ended with
 * the membership.
 */
const isOver = (user: string, log: string, seq: string): string =>
  `coalesce((select r.read_up_to from read_cursors r where r.user_id = ${user} and r.conversation_id = ${log}), ${seq}) >= ${seq}`

/**
 * A look counts as new if its log was noted since the look before. So there are two looks after every note, and events
 * between the two need no note. Cancels pushes that were sent and are over. Only personal logs have pushes of their
 * person.
 */
const look: Asked = {
  steps: `due as (
    select p.log, p.noted from push_looks p where p.look_at <= ${now} order by p.look_at limit $2::int for update skip locked
  ), taken as (
    update push_looks p set look_at = ${now} + $1::bigint, noted = false from due d where p.log = d.log returning p.log, p.looks, p.head, d.noted
  ), cancelled as (
    update push_due p set state = 'cancel', due_at = ${now}, tries = 0
      where p.user_id = any(array(select t.log from taken t)) and p.state = 'sent' and ${isOver("p.user_id", "p.conversation_id", "p.seq")}
  )`,
  answer: `(
    select coalesce(jsonb_agg(jsonb_build_array(
      t.log, t.looks, coalesce(l.last_seq, 0), t.noted or coalesce(l.last_seq, 0) > t.head, coalesce(l.kind = 'personal', false)
    )), '[]') from taken t left join lateral (select * from conversations where id = t.log offset 0) l on true
  )`
}

const endLooks: Asked = {
  answer: `end_push_looks((
    select jsonb_agg(jsonb_build_array(l->0, l->1, l->2, c.now + (l->>3)::bigint)) from jsonb_array_elements($1::jsonb) l
  ), c.now, $2::bigint)`
}

const owe: Asked = {
  steps: `owed as (
    insert into push_due (device_id, conversation_id, user_id, seq, reason, state, due_at, owed_at)
      select o.device, o.log, o."userId", o.seq, o.reason, 'due', ${now}, ${now}
      from (
        select x.*, d.id as device
        from jsonb_to_recordset($1::jsonb) as x(log uuid, "userId" uuid, seq bigint, reason text)
        cross join lateral (select d.id from devices d where d.user_id = x."userId" and can_show_pushes(d, ${now}) offset 0) d
      ) o order by o.device, o.log
      on conflict (device_id, conversation_id) do update
        set seq = excluded.seq, reason = excluded.reason, state = 'due', due_at = excluded.due_at, tries = 0, owed_at = excluded.owed_at
        where push_due.state <> 'due' and push_due.seq <= (
          select r.read_up_to from read_cursors r where r.user_id = push_due.user_id and r.conversation_id = push_due.conversation_id
        )
  )`,
  answer: "null"
}

const claim: Asked = {
  steps: `due as (
    select p.device_id, p.conversation_id from push_due p where p.due_at <= ${now} order by p.due_at limit $2::int for update skip locked
  ), taken as (
    update push_due p set due_at = ${now} + $1::bigint, tries = p.tries + 1
      from due d where p.device_id = d.device_id and p.conversation_id = d.conversation_id
      returning p.*
  )`,
  answer: `(
    select coalesce(jsonb_agg(jsonb_build_object(
      'log', t.conversation_id, 'userId', t.user_id, 'deviceId', t.device_id, 'seq', t.seq, 'reason', t.reason, 'state', t.state, 'tries', t.tries,
      'isSignedIn', exists (select from devices d where d.id = t.device_id and can_show_pushes(d, c.now))
        and exists (select from users u where u.id = t.user_id and u.disabled_at is null),
      'isMember', exists (select from memberships m where m.conversation_id = t.conversation_id and m.user_id = t.user_id),
      'isRead', coalesce((select r.read_up_to from read_cursors r where r.user_id = t.user_id and r.conversation_id = t.conversation_id), 0) >= t.seq,
      'isMuted', coalesce((select r.muted from read_cursors r where r.user_id = t.user_id and r.conversation_id = t.conversation_id), false),
      'isBlocked', (
        select true from blocks b where b.user_id = t.user_id
          and b.blocked_id = (select e.by_user from events e where e.conversation_id = t.conversation_id and e.seq = t.seq)
      ) is not null
    )), '[]') from taken t
  )`
}

/** Skips rows that another process has claimed meanwhile. */
const settle: Asked = {
  steps: `settled as (
    select s.*, ${now} + s."afterMs" as at, ${isOver('s."userId"', "s.log", "s.seq")} as is_over
      from jsonb_to_recordset($1::jsonb)
        as s(log uuid, "userId" uuid, "deviceId" uuid, seq bigint, state text, tries int, outcome text, "afterMs" bigint)
  ), kept as (
    update push_due p
      set state = case when s.outcome = 'again' then p.state when s.outcome = 'sent' and s.is_over then 'cancel' else 'sent' end,
        due_at = case when s.outcome = 'again' then s.at when s.outcome = 'sent' and s.is_over then ${now} end,
        tries = case when s.outcome = 'again' then p.tries else 0 end
      from settled s
      where p.device_id = s."deviceId" and p.conversation_id = s.log and p.state = s.state and p.tries = s.tries
        and s.outcome in ('again', 'sent', 'unreachable')
  ), gone as (
    delete from push_due p using settled s
      where p.device_id = s."deviceId" and p.conversation_id = s.log and p.state = s.state and p.tries = s.tries
        and s.outcome not in ('again', 'sent', 'unreachable')
  ), recorded as (
    insert into push_records (user_id, conversation_id, device_id, at, seq, what)
      select s."userId", s.log, s."deviceId", s.at, s.seq, s.outcome from settled s where s.outcome <> 'again'
  )`,
  answer: "null"
}

/** Rows per statement, so that none holds locks for long. */
const slice = 500

const forgettable = (sql: SqlClient.SqlClient, before: number) => [
  sql`delete from push_due p using (
        select x.device_id, x.conversation_id from push_due x where x.owed_at < ${before}::bigint and x.state = 'sent' order by x.owed_at limit ${slice}
      ) o where p.device_id = o.device_id and p.conversation_id = o.conversation_id and p.state = 'sent' returning 1`,
  // These have no key. Their rows can't have moved meanwhile, since nobody changes them.
  sql`delete from push_records where ctid = any(array(
        select x.ctid from push_records x where x.at < ${before}::bigint order by x.at limit ${slice}
      )) returning 1`,
  sql`delete from push_addresses a using (
        select x.device_id from push_addresses x join devices d on d.id = x.device_id where d.revoked_at is not null limit ${slice}
      ) o where a.device_id = o.device_id returning 1`
]

/** Repeats until a statement deletes less than a slice. */
const inSlices = <E>(forget: Effect.Effect<ReadonlyArray<unknown>, E>) =>
  Effect.repeat(forget, { until: (rows) => rows.length < slice })

/** Reads the time once per statement, so that there is one time. */
const asking =
  (sql: SqlClient.SqlClient) =>
  <A>(operation: string, { answer, steps }: Asked, values: ReadonlyArray<unknown>) =>
    sql
      .unsafe<{ readonly answer: A }>(
        `with c as materialized (select store_now() as now)${steps === undefined ? "" : `, ${steps}`} select ${answer} as answer from c`,
        [...values]
      )
      .pipe(
        Effect.flatMap(([row]) =>
          row === undefined ? Effect.dieMessage(`${operation} has no answer`) : Effect.succeed(row.answer)
        ),
        stored(operation)
      )

const addresses = (
  sql: SqlClient.SqlClient
): Pick<PushStore["Type"], "setAddress" | "removeAddress" | "addressOf"> => ({
  setAddress: (deviceId, { auth, endpoint, p256dh }, now) =>
    Effect.asVoid(
      asking(sql)(
        "pushSetAddress",
        { answer: "set_push_address($1::uuid, $2::text, $3::text, $4::text, $5::bigint)" },
        [...[deviceId, endpoint, p256dh, auth, now]]
      )
    ),
  removeAddress: (deviceId, endpoint) =>
    sql`delete from push_addresses where device_id = ${deviceId}::uuid
          and endpoint = coalesce(${endpoint ?? null}::text, endpoint)`.pipe(
      Effect.asVoid,
      stored("pushRemoveAddress")
    ),
  addressOf: (deviceId) =>
    sql<PushAddress>`select endpoint, p256dh, auth from push_addresses where device_id = ${deviceId}::uuid`.pipe(
      Effect.map(([row]) => row),
      stored("pushAddress")
    )
})

/** Both counts follow an index, and end at `pendingMax`. */
const pending = `(
  select jsonb_build_object(
    'looks', (select count(*) from (select from push_looks p where p.look_at <= a.now limit ${pendingMax}) l),
    'looksLateMs', coalesce((select a.now - min(p.look_at) from push_looks p where p.look_at <= a.now), 0),
    'pushes', (select count(*) from (select from push_due p where p.due_at <= a.now limit ${pendingMax}) l),
    'pushesLateMs', coalesce((select a.now - min(p.due_at) from push_due p where p.due_at <= a.now), 0)
  ) from (select c.now) a
)`

type FactsAnswer = Omit<PushFacts, "lookAt" | "owed"> & {
  readonly lookAt: number | null
  readonly owed: ReadonlyArray<Omit<PushFacts["owed"][number], "dueAt"> & { readonly dueAt: number | null }>
}

const recordsMax = 100

const facts = `(
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
