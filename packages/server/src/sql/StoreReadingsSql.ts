/**
 * How the database is doing, by its own statistics, on Postgres and on PGlite. Needs no special rights: a user without
 * them sees less of replicas and of other users' transactions.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { type LargeConversation, type StoreReading, StoreReadings } from "@hibiki/core/ports/StoreReadings"
import { Effect, Layer } from "effect"

export const StoreReadingsSql = Layer.effect(
  StoreReadings,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const ask = <A>(operation: string, query: string, values: ReadonlyArray<unknown>) =>
      sql.unsafe<{ readonly answer: A }>(query, values).pipe(
        Effect.timeoutFail({ duration: within, onTimeout: () => "no answer in time" }),
        Effect.mapError((cause) => new StoreUnavailable({ operation, cause })),
        Effect.flatMap(([row]) =>
          row === undefined ? Effect.dieMessage(`${operation} has no answer`) : Effect.succeed(row.answer)
        )
      )
    return StoreReadings.of({
      read: Effect.map(ask<Answer>("storeReadings", readings, []), readingOf),
      largest: (limit) => ask<ReadonlyArray<LargeConversation>>("largestConversations", largest, [limit])
    })
  })
)

/** On Postgres the pool's own statement timeout comes first. */
const within = "3 seconds"
const tablesMax = 12
const replicasMax = 20
/** The most rows of `conversations` that are looked at: about 100 ms of the database. */
const conversationsMax = 500_000

/** A reading in JSON, where undefined is null. */
type Answer = { readonly [K in keyof StoreReading]: StoreReading[K] | null }

const readingOf = ({ connections, oldestTransactionMs, replicas, tables, ...rest }: Answer): StoreReading => ({
  ...(rest as Omit<StoreReading, "connections" | "oldestTransactionMs" | "replicas" | "tables">),
  connections: connections ?? undefined,
  oldestTransactionMs: oldestTransactionMs ?? undefined,
  replicas: replicas ?? [],
  tables: tables ?? []
})

const ms = (interval: string): string => `round(extract(epoch from ${interval}) * 1000)`

/** PGlite writes down its statistics only when it is told to, after the statement. */
const readings = `
select jsonb_build_object(
  'at', ${ms("clock_timestamp() - 'epoch'::timestamptz")},
  'databaseBytes', pg_database_size(current_database()),
  'eventsAdded', (
    select coalesce(sum(s.n_tup_ins), 0) from pg_stat_user_tables s
    where s.relid = 'events'::regclass or s.relid in (select p.relid from pg_partition_tree('events') p)
  ),
  'connections', (select nullif(count(*), 0) from pg_stat_activity a where a.backend_type = 'client backend'),
  'connectionsMax', current_setting('max_connections')::int,
  'oldestTransactionMs', (
    select ${ms("max(clock_timestamp() - a.xact_start)")} from pg_stat_activity a
    where a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
  ),
  'idsUsed', (
    select round(age(d.datfrozenxid) / current_setting('autovacuum_freeze_max_age')::numeric, 4)
    from pg_database d where d.datname = current_database()
  ),
  'tables', (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'name', t.relname, 'bytes', t.bytes, 'rows', t.n_live_tup, 'deadRows', t.n_dead_tup,
      'vacuumedMs', ${ms("clock_timestamp() - greatest(t.last_vacuum, t.last_autovacuum)")}
    )) order by t.bytes desc) from (
      select s.*, pg_total_relation_size(s.relid) as bytes from pg_stat_user_tables s
      where s.schemaname = current_schema() order by bytes desc, s.relname limit ${tablesMax}
    ) t
  ),
  'replicas', case when not pg_is_in_recovery() then (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'name', coalesce(r.application_name, ''), 'state', r.state, 'lagBytes', r.lag_bytes,
      'lagMs', case when r.lag_bytes = 0 then 0 else ${ms("r.replay_lag")} end
    )) order by r.application_name, r.pid) from (
      select x.*, pg_wal_lsn_diff(pg_current_wal_lsn(), x.replay_lsn) as lag_bytes from pg_stat_replication x
      order by x.application_name, x.pid limit ${replicasMax}
    ) r
  ) end
) as answer, pg_stat_force_next_flush()`

/** No index leads to the largest: each append would have to write it. */
const largest = `
select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'kind', l.kind, 'events', l.events) order by l.events desc), '[]') as answer
from (
  select c.id, c.kind, c.last_seq - c.first_seq + 1 as events
  from (select id, kind, first_seq, last_seq from conversations limit ${conversationsMax}) c
  where c.kind <> 'personal' order by events desc, c.id limit $1::int
) l`
