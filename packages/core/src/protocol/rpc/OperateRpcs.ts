/**
 * The operator's console, for administrators: panels as streams, on `/rpc/ws` only. Each begins with a snapshot, then
 * come changes, at most one update a second. People and devices have pseudonyms of the day.
 */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { Millis } from "../../domain/Ids.ts"
import { ActorRow, ActorsFilter, ProcessIdentity, SocketRow, SocketsFilter } from "../Inspection.ts"
import { AdminMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Unavailable } from "./RpcErrors.ts"

export const Panel = Schema.Union(
  Schema.TaggedStruct("Now", {}),
  Schema.TaggedStruct("Nodes", {}),
  Schema.TaggedStruct("Actors", ActorsFilter.fields),
  Schema.TaggedStruct("Sockets", SocketsFilter.fields),
  Schema.TaggedStruct("Queues", {}),
  Schema.TaggedStruct("Store", {}),
  Schema.TaggedStruct("Path", {})
)
export type Panel = typeof Panel.Type

const keyed = { key: Schema.String }

/** One second of the whole system. `key`: the second since 1970. Durations are in ms; absent: nothing was measured. */
export const NowRow = Schema.Struct({
  ...keyed,
  /** Commands that workers decided. */
  commands: Schema.Number,
  sockets: Schema.Number,
  requests: Schema.Number,
  /** Calls answered with a fault of the server, and faults of its background work. */
  errors: Schema.Number,
  /** Commands on their way to workers. */
  waiting: Schema.Number,
  /** From a command's arrival at a gateway to its answer: p50, p95 and p99. */
  acceptedMs: Schema.optional(Schema.Array(Schema.Number)),
  /** From storing an event to its arrival at a gateway: p50, p95 and p99. */
  arrivedMs: Schema.optional(Schema.Array(Schema.Number))
})
export type NowRow = typeof NowRow.Type

/** A process. `values`: its readings of the last second, by the names of `operate/readings`. */
export const NodeRow = Schema.Struct({
  ...keyed,
  ...ProcessIdentity.fields,
  /** How far its clock is ahead of the api process's (ms), to half of the time that the answer took. */
  clockAheadMs: Schema.Number,
  /** For how many questions it has not answered. 0: it did. */
  missed: Schema.Int,
  values: Schema.Record({ key: Schema.String, value: Schema.Number })
})
export type NodeRow = typeof NodeRow.Type

export const ActorsRow = Schema.Struct({ ...keyed, node: Schema.String, ...ActorRow.fields })
export type ActorsRow = typeof ActorsRow.Type
export const SocketsRow = Schema.Struct({ ...keyed, node: Schema.String, ...SocketRow.fields })
export type SocketsRow = typeof SocketsRow.Type

/**
 * A queue between processes, or due work of the push role. `looks`: conversations to look at for pushes. `pushes`:
 * pushes to devices.
 */
export const QueuesRow = Schema.Struct({
  ...keyed,
  queue: Schema.Literal("partition", "push", "deadLetters", "looks", "pushes"),
  /** The number of a partition. */
  partition: Schema.optional(Schema.Int),
  /** Waiting batches, messages or rows. Absent: the broker has no such queue. */
  depth: Schema.optional(Schema.Number),
  /** Processes that take from it. Absent: nobody is meant to, or there is no such queue. */
  consumers: Schema.optional(Schema.Number),
  /** For how long the first of the due has been due (ms). Absent: not known. */
  lateMs: Schema.optional(Schema.Number)
})
export type QueuesRow = typeof QueuesRow.Type

/**
 * One step on the way of messages, over the last minute or since the panel opened. `key`: its name in
 * `operate/readings`, in the order of the way; `whole` is all of it.
 */
export const PathRow = Schema.Struct({
  ...keyed,
  /** Batches per second, of all processes. */
  perSecond: Schema.Number,
  /** How long it took (ms): p50 and p99. Absent: nothing was measured. */
  p50Ms: Schema.optional(Schema.Number),
  p99Ms: Schema.optional(Schema.Number),
  /** Commands that wait before it now. Absent: not known. */
  waiting: Schema.optional(Schema.Number)
})
export type PathRow = typeof PathRow.Type

/**
 * The state of the store; ages are in ms. The store is read once in five seconds, large conversations once a
 * minute.
 */
export const StoreRow = Schema.Union(
  Schema.TaggedStruct("Figures", {
    ...keyed,
    databaseBytes: Schema.Number,
    /** Absent: not known before the second reading. */
    eventsPerSecond: Schema.optional(Schema.Number),
    /** Absent: the store has no other clients. */
    connections: Schema.optional(Schema.Number),
    connectionsMax: Schema.Number,
    /** Absent: no transaction is open. */
    oldestTransactionMs: Schema.optional(Schema.Number),
    /** The share of transaction ids in use, from 0 to 1. At 1 the store freezes old rows by itself. */
    idsUsed: Schema.Number
  }),
  Schema.TaggedStruct("Table", {
    ...keyed,
    name: Schema.String,
    /** With its indexes. */
    bytes: Schema.Number,
    rows: Schema.Number,
    deadRows: Schema.Number,
    /** Absent: it had no vacuum yet. */
    vacuumedMs: Schema.optional(Schema.Number)
  }),
  Schema.TaggedStruct("Replica", {
    ...keyed,
    name: Schema.String,
    /** Absent, as the lags: the server's user has no right to see it. */
    state: Schema.optional(Schema.String),
    lagMs: Schema.optional(Schema.Number),
    lagBytes: Schema.optional(Schema.Number)
  }),
  Schema.TaggedStruct("Conversation", {
    ...keyed,
    /** A pseudonym of the day. */
    conversation: Schema.String,
    kind: Schema.String,
    /** Rounded down, so that nobody sees when somebody writes. */
    events: Schema.Number
  })
)
export type StoreRow = typeof StoreRow.Type

/** Sources besides processes, which may be unreachable. */
export const PanelSource = Schema.Literal("broker", "store")
export type PanelSource = typeof PanelSource.Type

const update = <Tag extends Panel["_tag"], A, I>(tag: Tag, row: Schema.Schema<A, I>) =>
  Schema.TaggedStruct(tag, {
    /** The api process's wall clock. */
    at: Millis,
    /** True: `rows` is the whole table. False: what changed in it, as `RowChanges`. */
    whole: Schema.Boolean,
    /** Rows of all processes that fit; more than the table has. */
    total: Schema.Number,
    /** Processes that were expected to answer and did not, as `role host`. */
    silent: Schema.Array(Schema.String),
    /** True: only the process that serves this stream could be asked. */
    alone: Schema.Boolean,
    /** Sources that could not be read: their rows are as they were before. */
    unread: Schema.optional(Schema.Array(PanelSource)),
    rows: Schema.Array(row),
    gone: Schema.Array(Schema.String),
    order: Schema.optional(Schema.Array(Schema.String))
  })

export const PanelUpdate = Schema.Union(
  update("Now", NowRow),
  update("Nodes", NodeRow),
  update("Actors", ActorsRow),
  update("Sockets", SocketsRow),
  update("Queues", QueuesRow),
  update("Store", StoreRow),
  update("Path", PathRow)
)
export type PanelUpdate = typeof PanelUpdate.Type

export class OperateRpcs extends RpcGroup.make(
  /** NotFound: the caller is no administrator, or no longer. */
  Rpc.make("operate.watch", {
    payload: { panel: Panel },
    success: PanelUpdate,
    error: Schema.Union(NotFound, RateLimited, Unavailable),
    stream: true
  }).middleware(AdminMiddleware)
) {}
