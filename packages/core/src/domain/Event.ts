/** Events: everything durable in a log. An event's bytes are equal for every member who may read it. */
import { Schema } from "effect"
import { ConversationRules } from "./ConversationRules.ts"
import { CommandId, ConversationId, DeviceId, Millis, Seq, UserId } from "./Ids.ts"
import { roles } from "./RowKinds.ts"

export const ConversationKind = Schema.Literal("direct", "group", "channel")
export type ConversationKind = typeof ConversationKind.Type
/** `all`: members read the whole log; `joined`: they read from the event that made them members. */
export const HistoryRule = Schema.Literal("all", "joined")
export type HistoryRule = typeof HistoryRule.Type
export const Role = Schema.Literal(...roles)
export type Role = typeof Role.Type

const base = { seq: Seq, id: CommandId, by: UserId, at: Millis }
const event = <K extends string, F extends Schema.Struct.Fields>(kind: K, fields: F) =>
  Schema.Struct({ ...base, kind: Schema.Literal(kind), ...fields })
const flag = { conversationId: ConversationId, on: Schema.Boolean }

/** `blanked`: the message was deleted since, and its text is erased everywhere. */
export const Posted = event("posted", {
  text: Schema.String,
  replyTo: Schema.optional(Seq),
  blanked: Schema.optional(Schema.Literal(true))
})
export const Edited = event("edited", {
  target: Seq,
  text: Schema.String,
  blanked: Schema.optional(Schema.Literal(true))
})
export const Deleted = event("deleted", { target: Seq })
export const Reacted = event("reacted", { target: Seq, emoji: Schema.String })
export const Unreacted = event("unreacted", { target: Seq, emoji: Schema.String })
/** A member pinned the message at `target`, to keep it easy to find for all. */
export const Pinned = event("pinned", { target: Seq })
export const Unpinned = event("unpinned", { target: Seq })
/** The first event of a group or channel. `members` includes the creator, who is its owner. */
export const Created = event("created", {
  conversationKind: ConversationKind,
  title: Schema.String,
  history: HistoryRule,
  members: Schema.Array(UserId)
})
/** `userIds` became members: `by` added them, or joined a channel. */
export const Joined = event("joined", { userIds: Schema.Array(UserId) })
/**
 * `userId` is no longer a member: they left, or `by` is another user and removed them. `banned`: they may not become a
 * member again.
 */
export const Left = event("left", { userId: UserId, banned: Schema.optional(Schema.Literal(true)) })
/** `userId`, who was no member at that time, may not become one. */
export const Banned = event("banned", { userId: UserId })
export const Unbanned = event("unbanned", { userId: UserId })
export const Renamed = event("renamed", { title: Schema.String })
export const RoleChanged = event("roleChanged", { userId: UserId, role: Role })
/** From now on these are the rules: all of them, changed or not. */
export const RulesChanged = event("rulesChanged", ConversationRules.fields)
/** The conversation became read-only, or is open again. `operator`: by an administrator of the server. */
export const ClosedEvent = event("closed", { operator: Schema.optional(Schema.Literal(true)) })
export const Reopened = event("reopened", { operator: Schema.optional(Schema.Literal(true)) })

/** The user became a member of `conversationId`; clients request its state by id. */
export const Added = event("added", { conversationId: ConversationId })
export const Removed = event("removed", { conversationId: ConversationId })
/**
 * A mark at `upTo`: the conversation is shown as unread until the user reads it next. That read is not an event
 * (ReadCell).
 */
export const MarkedUnread = event("markedUnread", { conversationId: ConversationId, upTo: Seq })
/** The user mutes or unmutes that conversation's notifications. */
export const Muted = event("muted", flag)
/** The user adds that conversation to the favourites, or removes it. */
export const Favourite = event("favourite", flag)
export const ProfileChanged = event("profileChanged", { displayName: Schema.String })
/** The user wants to look offline to others, or not. */
export const SettingsChanged = event("settingsChanged", { invisible: Schema.Boolean })
/** The user blocks or unblocks `userId`. */
export const Blocked = event("blocked", { userId: UserId, on: Schema.Boolean })
export const DeviceAdded = event("deviceAdded", { deviceId: DeviceId, deviceName: Schema.String })
export const DeviceRevoked = event("deviceRevoked", { deviceId: DeviceId })

/** Events that are themselves rows of a timeline. */
export const RowEvent = Schema.Union(
  Posted,
  Created,
  Joined,
  Left,
  Renamed,
  RoleChanged,
  Pinned,
  Banned,
  Unbanned,
  RulesChanged,
  ClosedEvent,
  Reopened
)
export type RowEvent = typeof RowEvent.Type
/** Events that change an earlier row. `pinned` does, too, and is also a row. */
export const ChangeEvent = Schema.Union(Edited, Deleted, Reacted, Unreacted, Unpinned)
export type ChangeEvent = typeof ChangeEvent.Type
export const PersonalEvent = Schema.Union(
  Added,
  Removed,
  MarkedUnread,
  Muted,
  Favourite,
  ProfileChanged,
  SettingsChanged,
  Blocked,
  DeviceAdded,
  DeviceRevoked
)
export type PersonalEvent = typeof PersonalEvent.Type

export const LogEvent = Schema.Union(RowEvent, ChangeEvent, PersonalEvent)
/** One numbered event of a log. Plain data: its JSON is its wire form. */
export type LogEvent = typeof LogEvent.Type
export type EventKind = LogEvent["kind"]
