/**
 * Deletes old data: decided ids after 30 days, the history of accounts after 90, counts of presence after 13 months,
 * and personal logs beyond 30 days or 10,000 events, which are snapshots too. Writes the head of the audit log to the
 * server's log, outside the database.
 */

import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Limits } from "@hibiki/core/domain/Limits"
import { presenceCountLimits } from "@hibiki/core/domain/PresenceCounts"
import { logFault } from "@hibiki/core/fibers/logging"
import { repeatEvery } from "@hibiki/core/fibers/repeating"
import { counter } from "@hibiki/core/metrics/declareMetric"
import { activityDays } from "@hibiki/core/ports/Activities"
import { Cause, Clock, Effect, Layer, Metric } from "effect"

const dayMs = 86_400_000
export const personalLogKeeps = { days: 30, events: 10_000 } as const
/**
 * The most that one statement reads or deletes, even after much has piled up. So no statement holds a lock for long,
 * reaches its timeout, or delays sends on a database that takes one statement at a time. The next statement follows at
 * once with the rest.
 */
const atOnce = { decided: 500, activities: 500, counts: 500, looked: 1_000, logs: 20, eventsOfEach: 50 } as const

export const housekeepingFailed = counter("hibiki_housekeeping_failed_total", {
  unit: "steps",
  description: "Failed steps of removing old data, skipped until the next round."
})

/** Logs and counts a failure, and lets the other steps go on. */
const passedBy = <A, B, R>(step: Effect.Effect<A, SqlError, R>, otherwise: B): Effect.Effect<A | B, never, R> =>
  Effect.catchAll(step, (error) =>
    Metric.increment(housekeepingFailed).pipe(
      Effect.zipRight(logFault("Old entries could not be removed; trying again in an hour")(Cause.fail(error))),
      Effect.as(otherwise)
    )
  )

const pruneDecided = (sql: SqlClient.SqlClient, before: number) =>
  sql`delete from decisions d using (
        select x.conversation_id, x.id from decisions x where x.at < ${before}::bigint order by x.at limit ${atOnce.decided} for update skip locked
      ) o where d.conversation_id = o.conversation_id and d.id = o.id returning 1`.pipe(
    Effect.map((rows) => rows.length),
    Effect.repeat({ until: (count) => count < atOnce.decided })
  )

const pruneActivities = (sql: SqlClient.SqlClient, before: number) =>
  sql`delete from account_activities where id in (
        select a.id from account_activities a where a.at < ${before}::bigint order by a.at limit ${atOnce.activities} for update skip locked
      ) returning 1`.pipe(
    Effect.map((rows) => rows.length),
    Effect.repeat({ until: (count) => count < atOnce.activities })
  )

const pruneCounts = (sql: SqlClient.SqlClient, before: number) =>
  sql`delete from presence_counts where (conversation_id, at) in (
        select c.conversation_id, c.at from presence_counts c where c.at < ${before}::bigint order by c.at limit ${atOnce.counts} for update skip locked
      ) returning 1`.pipe(
    Effect.map((rows) => rows.length),
    Effect.repeat({ until: (count) => count < atOnce.counts }),
    // Last: without its bucket a count would not be shown.
    Effect.zipRight(sql`delete from presence_buckets where at < ${before}::bigint`)
  )

/**
 * Looks at the next conversations after `from`, in the order of ids and without a lock. Returns the last id, and the
 * personal logs among them with events to delete: one look at the first event of each.
 */
const oldLogs = (sql: SqlClient.SqlClient, from: string, before: number) =>
  sql<{ readonly last: string | null; readonly logs: ReadonlyArray<string> | null }>`
    with looked as (
      select c.id, c.kind, c.first_seq, c.last_seq from conversations c where c.id > ${from}::uuid order by c.id limit ${atOnce.looked}
    )
    select (select max(l.id::text) from looked l) as last, (
      select json_agg(l.id order by l.id) from looked l where l.kind = 'personal' and l.first_seq <= l.last_seq and (
        l.last_seq - l.first_seq >= ${personalLogKeeps.events} or ${before}::bigint > (
          select e.at from events e where e.conversation_id = l.id and e.seq >= l.first_seq order by e.seq limit 1
        )
      )
    ) as logs`.pipe(Effect.map(([row]) => ({ last: row?.last ?? undefined, logs: row?.logs ?? [] })))

/**
 * Deletes a few events from each log; a log that is locked elsewhere waits for the next round. Returns the logs with
 * more to delete.
 */
const cutLogs = (sql: SqlClient.SqlClient, logs: ReadonlyArray<string>, before: number) =>
  sql<{ readonly id: string }>`
    with locked as (
      select c.id, c.first_seq, c.last_seq from conversations c where c.id = any(${logs}::uuid[]) for no key update skip locked
    ), cut as (
      select l.id, l.first_seq, count(*) as seen, max(w.seq) + 1 as after,
          coalesce(min(w.seq) filter (where w.at >= ${before}::bigint and w.seq > l.last_seq - ${personalLogKeeps.events}), max(w.seq) + 1) as first
        from locked l cross join lateral (
          select e.seq, e.at from events e where e.conversation_id = l.id and e.seq >= l.first_seq order by e.seq limit ${atOnce.eventsOfEach}
        ) w group by l.id, l.first_seq
    ), moved as (
      update conversations c set first_seq = t.first from cut t where c.id = t.id and t.first > t.first_seq
    ), gone as (
      delete from events e using cut t where e.conversation_id = t.id and e.seq >= t.first_seq and e.seq < t.first
    )
    select t.id from cut t where t.first = t.after and t.seen = ${atOnce.eventsOfEach}`.pipe(
    Effect.map((rows) => rows.map(({ id }) => id))
  )

const cutPersonalLogs = (sql: SqlClient.SqlClient, before: number) =>
  Effect.gen(function* () {
    let from: string | undefined = "00000000-0000-0000-0000-000000000000"
    while (from !== undefined) {
      const { last, logs }: { readonly last: string | undefined; readonly logs: ReadonlyArray<string> } =
        yield* oldLogs(sql, from, before)
      for (let i = 0; i < logs.length; i += atOnce.logs) {
        let left = logs.slice(i, i + atOnce.logs)
        while (left.length > 0) left = yield* passedBy(cutLogs(sql, left, before), [])
      }
      from = last
    }
  })

/** Whoever keeps these lines can tell that the audit log was cut or written anew (`hibiki audit verify --head`). */
const tellAuditHead = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql<{ readonly seq: string | number; readonly mac: string }>`
    select a.seq, a.mac from audit_entries a order by a.seq desc limit 1`.pipe(
    Effect.flatMap(([row]) =>
      row === undefined
        ? Effect.void
        : Effect.annotateLogs(Effect.logInfo("The head of the audit log"), { head: `${row.seq}:${row.mac}` })
    )
  )
)

/** One round over everything that may be deleted. */
export const housekeep = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const now = yield* Clock.currentTimeMillis
  yield* passedBy(pruneDecided(sql, now - Limits.decidedDays * dayMs), undefined)
  yield* passedBy(pruneActivities(sql, now - activityDays * dayMs), undefined)
  yield* passedBy(pruneCounts(sql, now - presenceCountLimits.days * dayMs), undefined)
  yield* passedBy(cutPersonalLogs(sql, now - personalLogKeeps.days * dayMs), undefined)
  yield* passedBy(tellAuditHead, undefined)
})

/** A round at the start and every hour. */
export const HousekeepingSql = Layer.scopedDiscard(
  housekeep.pipe(
    Effect.tapErrorCause(() => Metric.increment(housekeepingFailed)),
    repeatEvery("1 hour", "Old entries could not be removed; trying again in an hour"),
    Effect.forkScoped
  )
)
