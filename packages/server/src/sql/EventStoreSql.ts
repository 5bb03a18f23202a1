/** The logs in SQL, on Postgres and on PGlite. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Command } from "@hibiki/core/commands/Command"
import type { ConversationId, Epoch } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { readableFrom } from "@hibiki/core/domain/RowRules"
import {
  type AppendOptions,
  BatchRejected,
  EventStore,
  type LogSlice,
  type SliceRequest,
  StoreUnavailable
} from "@hibiki/core/ports/EventStore"
import { Effect, Layer, Option, Random, Schedule } from "effect"
import { AppendBackend } from "./AppendBackend.ts"
import { appendInTransaction } from "./appendInTransaction.ts"
import { type EventTuple, eventOf } from "./eventTuple.ts"
import { seqNumber } from "./seqNumber.ts"
import { sqlState } from "./sqlState.ts"

/**
 * Needs a migrated database. A batch that lost a race (a unique violation, a deadlock) is retried from the lock, 3
 * times at most.
 */
export const EventStoreSql = Layer.effect(
  EventStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const backend = yield* Effect.serviceOption(AppendBackend)
    const appendOnce = Option.match(backend, { onNone: () => appendInTransaction(sql), onSome: ({ append }) => append })
    const epoch = yield* readEpoch(sql)

    const append = (commands: ReadonlyArray<Command>, options?: AppendOptions) =>
      appendOnce(commands, options).pipe(
        Effect.retry({ while: isLostRace, schedule: again }),
        Effect.mapError((cause) =>
          isBatchsFault(cause) ? new BatchRejected({ cause }) : new StoreUnavailable({ operation: "append", cause })
        )
      )

    const after = (log: ConversationId, after: number, limit: number) =>
      sql<{ first: string | number; head: string | number; events: ReadonlyArray<EventTuple> }>`
        select c.first_seq as first, c.last_seq as head, (
          select coalesce(jsonb_agg(jsonb_build_array(e.seq, e.id, e.by_user, e.at, e.kind, e.body) order by e.seq), '[]')
          from (
            select * from events x where x.conversation_id = c.id and x.seq >= greatest(${after}::bigint + 1, c.first_seq) order by x.seq limit ${limit}::int
          ) e
        ) as events
        from conversations c where c.id = ${log}::uuid`.pipe(
        Effect.map(([row]) => ({
          first: seqNumber(row?.first ?? 0),
          head: seqNumber(row?.head ?? 0),
          events: (row?.events ?? []).map(eventOf)
        })),
        unavailable("after")
      )

    const slices = (requests: ReadonlyArray<SliceRequest>) =>
      requests.length === 0
        ? Effect.succeed([])
        : sql
            .unsafe<SlicesRow>(slicesQuery, [JSON.stringify(requests.map(sliceParameter))])
            .pipe(Effect.map(slicesOf(requests)), unavailable("slices"))

    const heads = (logs: ReadonlyArray<ConversationId>) =>
      logs.length === 0
        ? Effect.succeed([])
        : sql
            .unsafe<HeadRow>("select c.id, c.last_seq as head from conversations c where c.id = any($1::uuid[])", [
              logs
            ])
            .pipe(Effect.map(headsInOrder(logs)), unavailable("heads"))

    return EventStore.of({ epoch, readEpoch: readEpoch(sql), append, after, slices, heads })
  })
)

interface HeadRow {
  readonly id: ConversationId
  readonly head: string | number
}

const headsInOrder =
  (logs: ReadonlyArray<ConversationId>) =>
  (rows: ReadonlyArray<HeadRow>): ReadonlyArray<number> => {
    const byLog = new Map(rows.map(({ head, id }) => [id, seqNumber(head)]))
    return logs.map((log) => byLog.get(log) ?? 0)
  }

/** Both as JSON texts: rows of their own cost several times as much. */
interface SlicesRow {
  readonly slices: string
  readonly ranges: string
}

type SliceTuple = readonly [i: number, first: number, visibleFrom: number, head: number, from: number]
type RangeTuple = readonly [
  log: ConversationId,
  from: number,
  size: number,
  bytes: number,
  events: ReadonlyArray<EventTuple>
]

/**
 * Events of a log from a seq on. Stops after the event by which their texts reach the requested bytes: a hostile text
 * may be expensive to write as JSON, and this spends that on no further events.
 */
const rangeOf = (range: string): string => `(
      select coalesce(jsonb_agg(jsonb_build_array(e.seq, e.id, e.by_user, e.at, e.kind, e.body) order by e.seq), '[]')
      from (
        select x.*, sum(octet_length(coalesce(x.body->>'text', ''))) over (order by x.seq rows between unbounded preceding and 1 preceding) as before
        from (select * from events y where y.conversation_id = ${range}.log and y.seq >= ${range}.start order by y.seq limit ${range}.size) x
      ) e where coalesce(e.before, 0) < ${range}.bytes
    )`

// Devices that reconnect together have often missed the same range. Each range is read once, for all who may read it
// from there.
const slicesQuery = `
  with asked as materialized (
    select r.i, r.log, r.size, r.bytes, s.first, s.visible, s.head, greatest(r.after + 1, s.visible) as start
    from jsonb_to_recordset($1::jsonb) as r(i int, log uuid, reader uuid, after bigint, size int, bytes int)
    cross join lateral (
      select c.first_seq as first, c.last_seq as head, greatest(c.first_seq, case c.history when 'joined' then m.joined_seq else 1 end) as visible
      from conversations c
      left join memberships m on m.conversation_id = c.id and m.user_id = r.reader
      where c.id = r.log and (m.user_id is not null or (c.kind = 'personal' and c.id = r.reader))
    ) s
  ), ranges as (
    select distinct a.log, a.start, a.size, a.bytes from asked a
  )
  select
    (select coalesce(json_agg(json_build_array(a.i, a.first, a.visible, a.head, a.start)), '[]') from asked a)::text as slices,
    (select coalesce(json_agg(json_build_array(g.log, g.start, g.size, g.bytes, ${rangeOf("g")})), '[]') from ranges g)::text as ranges`

const rangeKey = (log: ConversationId, from: number, size: number, bytes: number): string =>
  `${log} ${from} ${size} ${bytes}`

const sizeOf = ({ limit }: SliceRequest): number => Math.min(limit, Limits.catchUpMax)

/** Without a requested bound: the greatest int of the store. */
const bytesOf = ({ bytes = 2_147_483_647 }: SliceRequest): number => bytes

const sliceParameter = (request: SliceRequest, i: number) => ({
  i,
  log: request.log,
  reader: request.userId,
  after: request.after,
  size: sizeOf(request),
  bytes: bytesOf(request)
})

/** Requests for the same range get the same array. */
const slicesOf =
  (requests: ReadonlyArray<SliceRequest>) =>
  ([row]: ReadonlyArray<SlicesRow>): ReadonlyArray<LogSlice> => {
    const tuples: ReadonlyArray<SliceTuple> = row === undefined ? [] : JSON.parse(row.slices)
    const ranges: ReadonlyArray<RangeTuple> = row === undefined ? [] : JSON.parse(row.ranges)
    const byIndex = new Map(tuples.map((tuple) => [tuple[0], tuple]))
    const eventsOf = new Map(
      ranges.map(([log, from, size, bytes, events]) => [rangeKey(log, from, size, bytes), events.map(eventOf)])
    )
    return requests.map((request, i) => {
      const { log, userId } = request
      const tuple = byIndex.get(i)
      if (tuple === undefined) return { log, userId, member: false, first: 0, visibleFrom: 0, head: 0, events: [] }
      const [, first, visibleFrom, head, from] = tuple
      const events = readableFrom(
        seqNumber(visibleFrom),
        eventsOf.get(rangeKey(log, from, sizeOf(request), bytesOf(request))) ?? []
      )
      return {
        log,
        userId,
        member: true,
        first: seqNumber(first),
        visibleFrom: seqNumber(visibleFrom),
        head: seqNumber(head),
        events
      }
    })
  }

/** Also fails if the store takes no writes: a process is ready while it reaches its epoch. */
const readEpoch = (sql: SqlClient.SqlClient) =>
  sql<{
    epoch: Epoch
    readOnly: string
  }>`select epoch, current_setting('transaction_read_only') as "readOnly" from store_meta`.pipe(
    Effect.flatMap(([row]) => {
      if (row === undefined)
        return Effect.fail(new StoreUnavailable({ operation: "epoch", cause: "the store has no epoch" }))
      if (row.readOnly === "on")
        return Effect.fail(new StoreUnavailable({ operation: "epoch", cause: "the store takes no writes" }))
      return Effect.succeed(row.epoch)
    }),
    Effect.mapError((cause) =>
      cause instanceof StoreUnavailable ? cause : new StoreUnavailable({ operation: "epoch", cause })
    )
  )

// The whole batch was rolled back: a unique violation (another transaction stored an id meanwhile), a deadlock, a
// serialization failure, a lock timeout, or a stall of this process while it held the locks.
const lostRaces = new Set(["23505", "40P01", "40001", "55P03", "25P03"])
const isLostRace = (error: SqlError): boolean => lostRaces.has(sqlState(error) ?? "")
// Unstorable data, a rule of the tables, a limit, an error of the function or inside the database: the batch would fail
// for ever. A missing function or a setting is not the batch's fault, and costs nobody a message.
const isBatchsFault = (error: SqlError): boolean =>
  /^(21|22|23|54|P0|XX)/.test(sqlState(error) ?? "") && !isLostRace(error)
const again = Schedule.recurs(3).pipe(Schedule.addDelayEffect(() => Random.nextIntBetween(1, 30)))

const unavailable =
  (operation: string) =>
  <A, R>(effect: Effect.Effect<A, SqlError, R>): Effect.Effect<A, StoreUnavailable, R> =>
    Effect.mapError(effect, (cause) => new StoreUnavailable({ operation, cause }))
