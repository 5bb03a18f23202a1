/** Conversations as their members see them. */
import { Schema } from "effect"
import { Closed, ShownRules } from "./ConversationRules.ts"
import { ConversationKind, HistoryRule, Role } from "./Event.ts"
import { ConversationId, DeviceId, Epoch, Millis, Seq, UserId } from "./Ids.ts"
import { AnyRow } from "./MessageRow.ts"
import { orNewer } from "./orNewer.ts"
import { Person } from "./Person.ts"
import { DeviceKind } from "./Presence.ts"

/** The user themselves. `invisible`: others see them as offline. */
export const Me = Schema.Struct({ ...Person.fields, admin: Schema.Boolean, invisible: Schema.Boolean })
export type Me = typeof Me.Type

export const Member = Schema.Struct({ ...Person.fields, role: orNewer(Role) })
export type Member = typeof Member.Type

/** A person who may not become a member: `by` banned them at `at`. */
export const BannedPerson = Schema.Struct({ ...Person.fields, by: UserId, at: Millis })
export type BannedPerson = typeof BannedPerson.Type

/** One line of a user's conversation list. All fields were read at one moment, when the log's head was `head`. */
export const ConversationSummary = Schema.Struct({
  conversationId: ConversationId,
  kind: orNewer(ConversationKind),
  /** Empty for a direct conversation, which has its peer's name. */
  title: Schema.String,
  /** The other user of a direct conversation; for notes, the user themselves. */
  peer: Schema.optional(Person),
  role: orNewer(Role),
  history: orNewer(HistoryRule),
  /** Absent while everybody may post and add, without slow mode. */
  rules: Schema.optional(ShownRules),
  /** Present while the conversation is read-only. */
  closed: Schema.optional(orNewer(Closed)),
  members: Schema.Int,
  head: Seq,
  /** Rows below this seq are not visible to this user: the log was cut, or `history` is `joined`. */
  visibleFrom: Seq,
  readUpTo: Seq,
  /**
   * Present if the conversation was marked unread and not read since: the place, and the mark's own seq in the personal
   * log.
   */
  markedUnreadAt: Schema.optional(Seq),
  markedSeq: Schema.optional(Seq),
  /** Present if the user wants no notifications for it. */
  muted: Schema.optional(Schema.Literal(true)),
  /** Present if the user has it among the favourites. */
  favourite: Schema.optional(Schema.Literal(true)),
  /**
   * Others' undeleted messages above `readUpTo` among the newest Limits.unreadWithin events, counted to
   * Limits.unreadCap.
   */
  unread: Schema.Int,
  /**
   * How many of all unread messages mention the user: among the newest Limits.mentionsWithin that contain a sign,
   * counted to Limits.unreadCap. Absent if none does, from an older server, and in a direct conversation, where every
   * message is for the user.
   */
  mentions: Schema.optional(Schema.Int),
  /** The newest visible row. */
  last: Schema.optional(AnyRow)
})
export type ConversationSummary = typeof ConversationSummary.Type

export const DeviceInfo = Schema.Struct({
  deviceId: DeviceId,
  name: Schema.String,
  kind: DeviceKind,
  createdAt: Millis,
  lastUsedAt: Millis,
  current: Schema.Boolean
})
export type DeviceInfo = typeof DeviceInfo.Type

/** The form in answers. */
export const ListedDevice = Schema.Struct({ ...DeviceInfo.fields, kind: orNewer(DeviceKind) })
export type ListedDevice = typeof ListedDevice.Type

/** The full state of a personal log at `asOf`; apply later events on top. */
export const PersonalSnapshot = Schema.Struct({
  epoch: Epoch,
  asOf: Seq,
  me: Me,
  /** The users that the user blocks, ordered by id. Absent: from an older server. */
  blocked: Schema.optional(Schema.Array(UserId)),
  conversations: Schema.Array(ConversationSummary)
})
export type PersonalSnapshot = typeof PersonalSnapshot.Type

/** Rows in ascending order of seq, all as of one moment: they include every event up to `asOf`, and none above. */
export const HistoryPage = Schema.Struct({
  rows: Schema.Array(AnyRow),
  asOf: Seq,
  /** Whether visible rows exist before the first and after the last of these. */
  moreBefore: Schema.Boolean,
  moreAfter: Schema.Boolean
})
export type HistoryPage = typeof HistoryPage.Type

/**
 * The results of a search: conversations in the order in which the request named them, and the newest message of each
 * first.
 */
export const SearchAnswer = Schema.Struct({
  hits: Schema.Array(Schema.Struct({ conversationId: ConversationId, row: AnyRow })),
  /**
   * Where to continue: in this conversation below this seq, then in those named after it. Absent: the search is
   * complete.
   */
  next: Schema.optional(Schema.Struct({ conversationId: ConversationId, before: Seq }))
})
export type SearchAnswer = typeof SearchAnswer.Type
