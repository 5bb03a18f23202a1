/**
 * Questions of the operator's console to all processes, and their answers. The list of questions is closed, and none
 * of them changes anything: acts travel another way. Ids of people and devices are sealed: see `Secrets.seal`.
 */
import { Schema } from "effect"
import { CommandId, Millis } from "../domain/Ids.ts"
import { inspectionLimits } from "./InspectionLimits.ts"

const Name = Schema.String.pipe(Schema.maxLength(200))
const Count = Schema.Number.pipe(Schema.nonNegative())
const Limit = Schema.Int.pipe(Schema.between(1, inspectionLimits.rowsMax))
const Prefix = Schema.String.pipe(Schema.maxLength(inspectionLimits.prefixMax))

export const ActorState = Schema.Literal("idle", "ready", "running", "stopping")
export const ActorOrder = Schema.Literal("depth", "handled", "restarts", "failed")
export const SocketOrder = Schema.Literal("unsent", "silent", "pending")

/** `prefix` filters paths. `kind` is a behaviour's name. */
export const ActorsFilter = Schema.Struct({
  prefix: Prefix,
  kind: Schema.optional(Prefix),
  state: Schema.optional(ActorState),
  orderBy: ActorOrder,
  limit: Limit
})
export type ActorsFilter = typeof ActorsFilter.Type

export const SocketsFilter = Schema.Struct({ orderBy: SocketOrder, limit: Limit })
export type SocketsFilter = typeof SocketsFilter.Type

export const Question = Schema.Union(
  /** `seconds`: how much of the process's history to send. */
  Schema.TaggedStruct("Process", { seconds: Schema.Int.pipe(Schema.between(1, inspectionLimits.historySeconds)) }),
  Schema.TaggedStruct("Actors", ActorsFilter.fields),
  Schema.TaggedStruct("Sockets", SocketsFilter.fields),
  /** How long messages took from station to station, since the process started. */
  Schema.TaggedStruct("Path", {}),
  /** Where a message was, by its command's id. */
  Schema.TaggedStruct("Trace", { id: CommandId })
)
export type Question = typeof Question.Type

/** A process as it names itself. `node` is new with each start. */
export const ProcessIdentity = Schema.Struct({
  node: Name,
  role: Name,
  host: Name,
  version: Name,
  startedAt: Millis
})
export type ProcessIdentity = typeof ProcessIdentity.Type

/**
 * One second of a process: the second since 1970 by its own clock, then pairs of column index and value. An absent
 * column is 0.
 */
export const SecondRow = Schema.Array(Schema.Number)
export type SecondRow = typeof SecondRow.Type

export const ActorRow = Schema.Struct({
  path: Name,
  kind: Name,
  label: Name,
  state: ActorState,
  /** Waiting messages. */
  depth: Count,
  /** Messages handled since it was spawned. */
  handled: Count,
  restarts: Count,
  /** Absent: it never failed. */
  lastFailure: Schema.optional(Schema.Struct({ at: Millis, error: Name }))
})
export type ActorRow = typeof ActorRow.Type

export const SocketRow = Schema.Struct({
  socket: Name,
  user: Name,
  device: Name,
  kind: Name,
  /** Bytes that the network has not taken yet. */
  unsent: Count,
  /** It receives nothing live until it has caught up. */
  lagging: Schema.Boolean,
  /** Commands without an answer. */
  pending: Count,
  /** For how long nothing was heard from it (ms). */
  silentMs: Count,
  /** Conversations that it receives. */
  conversations: Count
})
export type SocketRow = typeof SocketRow.Type

/** One station of a message, see `ports/MessageTraces`. `at`: wall clock of the process (ms), with fractions. */
export const TraceRow = Schema.Struct({
  station: Name,
  at: Count,
  log: Name,
  seq: Schema.optional(Count),
  user: Schema.optional(Name),
  device: Schema.optional(Name),
  code: Schema.optional(Name)
})
export type TraceRow = typeof TraceRow.Type

/**
 * One step on a message's way. `counts`: batches since the process started, by how long they took: one class for each
 * upper bound (s), and one above the last.
 */
export const PathStep = Schema.Struct({
  step: Name,
  bounds: Schema.Array(Schema.Number),
  counts: Schema.Array(Count),
  /** Commands that wait before it. Absent: not known. */
  waiting: Schema.optional(Count)
})
export type PathStep = typeof PathStep.Type

export const AnswerBody = Schema.Union(
  /** `columns`: names of `operate/readings`. `seconds`: the oldest first. */
  Schema.TaggedStruct("Process", { columns: Schema.Array(Name), seconds: Schema.Array(SecondRow) }),
  /** `total`: how many fit the filter. */
  Schema.TaggedStruct("Actors", { total: Count, rows: Schema.Array(ActorRow) }),
  Schema.TaggedStruct("Sockets", { total: Count, rows: Schema.Array(SocketRow) }),
  Schema.TaggedStruct("Path", { steps: Schema.Array(PathStep) }),
  /** The oldest first. */
  Schema.TaggedStruct("Trace", { rows: Schema.Array(TraceRow) })
)
export type AnswerBody = typeof AnswerBody.Type

/** `at`: the process's own wall clock as it answered. */
export const ProcessAnswer = Schema.Struct({ ...ProcessIdentity.fields, at: Millis, body: AnswerBody })
export type ProcessAnswer = typeof ProcessAnswer.Type
