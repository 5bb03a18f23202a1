/** Events: everything durable in a log. An event's bytes are equal for every member who may read it. */
import { Schema } from "effect"
import { CommandId, ConversationId, DeviceId, Millis, Seq, UserId } from "./Ids.ts"
import { roles } from "./RowKinds.ts"

export const ConversationKind = Schema.Literal("direct", "group", "channel")
export type ConversationKind = typeof ConversationKind.Type
/** `all`: members read the whole log; `joined`: from the event that made them members. */
export const HistoryRule = Schema.Literal("all", "joined")
export type HistoryRule = typeof HistoryRule.Type
export const Role = Schema.Literal(...roles)
export type Role = typeof Role.Type

const base = { seq: Seq, id: CommandId, by: UserId, at: Millis }
const event = <K extends string, F extends Schema.Struct.Fields>(kind: K, fields: F) =>
  Schema.Struct({ ...base, kind: Schema.Literal(kind), ...fields })
const flag = { conversationId: ConversationId, on: Schema.Boolean }

/** `blanked`: the message was deleted since, and its text is no longer kept anywhere. */
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
/** A member pinned the message at `target`, for all to find again. */
export const Pinned = event("pinned", { target: Seq })
export const Unpinned = event("unpinned", { target: Seq })
/** The first event of a group or channel. `members` includes the creator, who is its owner. */
export const Created = event("created", {
  conversationKind: ConversationKind,
  title: Schema.String,
  history: HistoryRule,
  members: Schema.Array(UserId)
})
/** `userIds` became members: added by `by`, or `by` alone when it joined a channel. */
export const Joined = event("joined", { userIds: Schema.Array(UserId) })
/** `userId` is no longer a member: it left, or `by` is another and removed it. */
export const Left = event("left", { userId: UserId })
export const Renamed = event("renamed", { title: Schema.String })
export const RoleChanged = event("roleChanged", { userId: UserId, role: Role })

/** The user became a member of `conversationId`; its state is asked for by id. */
export const Added = event("added", { conversationId: ConversationId })
export const Removed = event("removed", { conversationId: ConversationId })
/** A mark at `upTo`: shown as unread until the next read of that conversation, which is no event (ReadCell). */
export const MarkedUnread = event("markedUnread", { conversationId: ConversationId, upTo: Seq })
/** The user's own wish not to be woken for that conversation, or to be again. */
export const Muted = event("muted", flag)
/** The user's own wish to have that conversation among the favourites, or not any more. */
export const Favourite = event("favourite", flag)
export const ProfileChanged = event("profileChanged", { displayName: Schema.String })
/** The user's own wish to look offline to others. */
export const SettingsChanged = event("settingsChanged", { invisible: Schema.Boolean })
/** The user wants nothing of `userId` any more, or does again. */
export const Blocked = event("blocked", { userId: UserId, on: Schema.Boolean })
export const DeviceAdded = event("deviceAdded", { deviceId: DeviceId, deviceName: Schema.String })
export const DeviceRevoked = event("deviceRevoked", { deviceId: DeviceId })

/** Events that are rows of a timeline by themselves. */
export const RowEvent = Schema.Union(Posted, Created, Joined, Left, Renamed, RoleChanged, Pinned)
export type RowEvent = typeof RowEvent.Type
/** Events that change an earlier row. So does `pinned`, which is a row as well. */
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
