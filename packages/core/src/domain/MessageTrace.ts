/**
 * Where a message was: what the stores know about it, and what the processes noted if they traced it. For
 * administrators. It holds no text.
 */
import { Schema } from "effect"
import { ConversationKind } from "./Event.ts"
import { CommandId, ConversationId, DeviceId, Millis, UserId } from "./Ids.ts"
import { orNewer } from "./orNewer.ts"

/** Why an administrator looks: the person asked, a fault, abuse, or an attack. The audit log keeps it. */
export const traceReasons = ["asked", "fault", "abuse", "security"] as const

/** Most people of a conversation in one answer, and most devices of one of them. */
export const tracedPeopleMax = 20
export const tracedDevicesMax = 10

/** What the store has of a command. `seq`: of its event. `refused`: why there is none. */
export const MessageRecord = Schema.Struct({
  conversationId: ConversationId,
  kind: orNewer(ConversationKind),
  by: UserId,
  at: Millis,
  seq: Schema.optional(Schema.Int),
  refused: Schema.optional(Schema.String)
})
export type MessageRecord = typeof MessageRecord.Type

/** `receivedUpTo`: the number up to which the device is known to have the conversation. 0: unknown. */
export const TracedDevice = Schema.Struct({
  deviceId: DeviceId,
  name: Schema.String,
  kind: Schema.String,
  receivedUpTo: Schema.Int
})

/**
 * `what`: "due", "sent", "cancel", or the outcome of an attempt. The time is the store's. `seq`: of the newest message
 * that it is for.
 */
export const TracedPush = Schema.Struct({
  deviceId: DeviceId,
  at: Millis,
  seq: Schema.Int,
  what: Schema.String
})
export type TracedPush = typeof TracedPush.Type

export const TracedPerson = Schema.Struct({
  userId: UserId,
  handle: Schema.String,
  displayName: Schema.String,
  member: Schema.Boolean,
  muted: Schema.Boolean,
  readUpTo: Schema.Int,
  devices: Schema.Array(TracedDevice),
  /** Pushes that cover the message, the oldest first. */
  pushes: Schema.Array(TracedPush),
  /** When it is decided whether a push is due (ms). Absent: no such moment is ahead. */
  lookAt: Schema.optional(Millis)
})
export type TracedPerson = typeof TracedPerson.Type

/**
 * A place that the message passed, see `ports/MessageTraces`. `at`: wall clock of the process (ms), with fractions.
 * `clockAheadMs`: how far that clock is ahead of the answering process's, give or take `clockDoubtMs`.
 */
export const TracedStation = Schema.Struct({
  station: Schema.String,
  at: Schema.Number,
  role: Schema.String,
  host: Schema.String,
  node: Schema.String,
  clockAheadMs: Schema.Number,
  clockDoubtMs: Schema.Number,
  seq: Schema.optional(Schema.Int),
  userId: Schema.optional(UserId),
  deviceId: Schema.optional(DeviceId),
  code: Schema.optional(Schema.String)
})
export type TracedStation = typeof TracedStation.Type

export const MessageTrace = Schema.Struct({
  messageId: CommandId,
  /** Absent: the store has nothing of it. It may be on its way, or was put aside. */
  record: Schema.optional(MessageRecord),
  /** The author comes first. */
  people: Schema.Array(TracedPerson),
  /** Members that are left out. */
  others: Schema.Int,
  /** Empty: no process traced it. In the order of time, with the differences of clocks taken away. */
  stations: Schema.Array(TracedStation),
  /** Processes that were asked and did not answer. */
  silent: Schema.Int,
  /** True: only the answering process could be asked. */
  alone: Schema.Boolean
})
export type MessageTrace = typeof MessageTrace.Type
