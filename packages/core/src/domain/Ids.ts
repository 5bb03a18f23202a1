/**
 * Branded identifiers. All are lower-case UUID texts; a UserId is also the ConversationId of that user's personal log.
 */
import { Schema } from "effect"
import { uuidPattern } from "./TextRules.ts"

const Uuid = Schema.String.pipe(Schema.pattern(uuidPattern))

export const UserId = Uuid.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type
export const DeviceId = Uuid.pipe(Schema.brand("DeviceId"))
export type DeviceId = typeof DeviceId.Type
/** One life of a client: made in memory at each page load or process start. */
export const InstanceId = Uuid.pipe(Schema.brand("InstanceId"))
export type InstanceId = typeof InstanceId.Type
export const ConversationId = Uuid.pipe(Schema.brand("ConversationId"))
export type ConversationId = typeof ConversationId.Type
/** A client-made UUIDv7: the idempotency key of one command within its conversation. */
export const CommandId = Uuid.pipe(Schema.brand("CommandId"))
export type CommandId = typeof CommandId.Type
/** One random value of a store, new after a restore. */
export const Epoch = Uuid.pipe(Schema.brand("Epoch"))
export type Epoch = typeof Epoch.Type
/** One life of a server process that takes deliveries: a gateway or an api. */
export const NodeId = Uuid.pipe(Schema.brand("NodeId"))
export type NodeId = typeof NodeId.Type

/** The log in which only this user reads: memberships, read cursors, settings, devices. */
export const personalLog = (userId: UserId): ConversationId => userId as string as ConversationId
/** The owner of a personal log: the only user with access. Only for the id of a personal log. */
export const personalOwner = (log: ConversationId): UserId => log as string as UserId

/** An event's number in its log: 1, 2, 3, ... without gaps. 0 is the place before the first. */
export const Seq = Schema.Int.pipe(Schema.between(0, Number.MAX_SAFE_INTEGER))
/** The number of an existing event. */
export const EventSeq = Schema.Int.pipe(Schema.between(1, Number.MAX_SAFE_INTEGER))
/** Milliseconds since 1970-01-01T00:00Z, for display only: no order and no promise depends on it. */
export const Millis = Schema.Int.pipe(Schema.between(0, Number.MAX_SAFE_INTEGER))
