/** What the store forgets in time: decided ids after 30 days, and personal logs beyond 30 days or 10,000 events, which are snapshots too. */

import * as SqlClient from "@effect/sql/SqlClient"
import { Limits } from "@hibiki/core/domain/Limits"
import { every } from "@hibiki/core/fibers/every"
import { Clock, Effect, Layer, Metric } from "effect"

const dayMs = 86_400_000
export const personalLogKeeps = { days: 30, events: 10_000 } as const
/** Rows of one statement, so that none holds a lock for long. */
const slice = 500

const pruneDecided = (sql: SqlClient.SqlClient, before: number) =>
  sql`delete from decided d using (select x.conversation_id, x.id from decided x where x.at < ${before}::bigint order by x.at limit ${slice}) o
      where d.conversation_id = o.conversation_id and d.id = o.id returning 1`.pipe(
    Effect.map((rows) => rows.length),
    Effect.repeat({ until: (count) => count < slice })
  )

/** Cuts the next personal logs after `from`, in the order of ids; a log that is locked elsewhere is left for the next time. Gives the last id looked at. */
const cutPersonalLogs = (sql: SqlClient.SqlClient, from: string, before: number) =>
  sql<{ last: string | null }>`
    with looked as (
      select c.id, c.last_seq, c.first_seq from conversations c where c.kind = 'personal' and c.id > ${from}::uuid order by c.id limit ${slice}
    ), locked as (
      select c.id, greatest(c.last_seq - ${personalLogKeeps.events} + 1,
          coalesce((select min(e.seq) from events e where e.conversation_id = c.id and e.at >= ${before}::bigint), c.last_seq + 1)) as first
        from conversations c where c.id in (select l.id from looked l) for update skip locked
    ), cut as (
      update conversations c set first_seq = l.first from locked l where c.id = l.id and l.first > c.first_seq returning c.id, c.first_seq
    ), gone as (
      delete from events e using locked l where e.conversation_id = l.id and e.seq < l.first
    )
    select max(l.id::text) as last from looked l`.pipe(Effect.map(([row]) => row?.last ?? undefined))

/** One round over everything that may be forgotten. */
export const housekeep = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const now = yield* Clock.currentTimeMillis
  yield* pruneDecided(sql, now - Limits.decidedDays * dayMs)
  let from: string | undefined = "00000000-0000-0000-0000-000000000000"
  while (from !== undefined) from = yield* cutPersonalLogs(sql, from, now - personalLogKeeps.days * dayMs)
})

export const housekeepingFailed = Metric.counter("hibiki_housekeeping_failed_total", {
  description: "Rounds of removing old entries that failed",
  incremental: true
})

/** A round at the start and every hour. A failed one is logged and counted; the next makes up for it. */
export const HousekeepingSql = Layer.scopedDiscard(
  housekeep.pipe(
    Effect.tapErrorCause(() => Metric.increment(housekeepingFailed)),
    every("1 hour", "Old entries could not be removed; trying again in an hour"),
    Effect.forkScoped
  )
)
