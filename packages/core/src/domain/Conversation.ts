/** Conversations as their members see them. */
import { Schema } from "effect"
import { ConversationKind, HistoryRule, Role } from "./Event.ts"
import { ConversationId, DeviceId, Epoch, Millis, Seq, UserId } from "./Ids.ts"
import { AnyRow } from "./MessageRow.ts"
import { orNewer } from "./orNewer.ts"
import { Person } from "./Person.ts"
import { DeviceKind } from "./Presence.ts"

/** Oneself. `invisible`: others see one as offline. */
export const Me = Schema.Struct({ ...Person.fields, admin: Schema.Boolean, invisible: Schema.Boolean })
export type Me = typeof Me.Type

export const Member = Schema.Struct({ ...Person.fields, role: orNewer(Role) })
export type Member = typeof Member.Type

/** One line of a user's conversation list. All of it was read at one moment, when the log's head was `head`. */
export const ConversationSummary = Schema.Struct({
  conversationId: ConversationId,
  kind: orNewer(ConversationKind),
  /** Empty for a direct conversation, which is called after its peer. */
  title: Schema.String,
  /** The other side of a direct conversation; the user itself for notes. */
  peer: Schema.optional(Person),
  role: orNewer(Role),
  history: orNewer(HistoryRule),
  members: Schema.Int,
  head: Seq,
  /** Rows below this seq are not for this user: the log was cut, or `history` is `joined`. */
  visibleFrom: Seq,
  readUpTo: Seq,
  /** Present when marked unread and not read since: the place, and the mark's own seq in the personal log. */
  markedUnreadAt: Schema.optional(Seq),
  markedSeq: Schema.optional(Seq),
  /** Present when the user is not to be woken for it. */
  muted: Schema.optional(Schema.Literal(true)),
  /** Present when the user has it among the favourites. */
  favourite: Schema.optional(Schema.Literal(true)),
  /**
   * Others' undeleted messages above `readUpTo` among the newest Limits.unreadWithin events, counted to
   * Limits.unreadCap.
   */
  unread: Schema.Int,
  /**
   * Those of them that mention the user, wherever any does: among the newest Limits.mentionsWithin that hold a sign,
   * counted to Limits.unreadCap.
   * Absent where none does, in a direct conversation, whose messages all are for the user, and from a server of before.
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

/** As an answer tells of it. */
export const ListedDevice = Schema.Struct({ ...DeviceInfo.fields, kind: orNewer(DeviceKind) })
export type ListedDevice = typeof ListedDevice.Type

/** All of a personal log's state at `asOf`; its events above that apply on top. */
export const PersonalSnapshot = Schema.Struct({
  epoch: Epoch,
  asOf: Seq,
  me: Me,
  /** Whom the user blocks, ordered by id. Absent: a server of before it does not say. */
  blocked: Schema.optional(Schema.Array(UserId)),
  conversations: Schema.Array(ConversationSummary)
})
export type PersonalSnapshot = typeof PersonalSnapshot.Type

/** Rows in ascending order of seq, all as of one moment: every event up to `asOf` is in them, none above. */
export const HistoryPage = Schema.Struct({
  rows: Schema.Array(AnyRow),
  asOf: Seq,
  /** Whether visible rows stand before the first and after the last of these. */
  moreBefore: Schema.Boolean,
  moreAfter: Schema.Boolean
})
export type HistoryPage = typeof HistoryPage.Type

/** What a search found: of the conversations in the order in which they were named, of each the newest first. */
export const SearchAnswer = Schema.Struct({
  hits: Schema.Array(Schema.Struct({ conversationId: ConversationId, row: AnyRow })),
  /**
   * Where to go on: in this conversation below this seq, then in those named after it. Absent: all was looked through.
   */
  next: Schema.optional(Schema.Struct({ conversationId: ConversationId, before: Seq }))
})
export type SearchAnswer = typeof SearchAnswer.Type
