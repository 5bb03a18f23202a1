/**
 * Timeline rows: the state of a conversation's messages, as history pages give it and as clients fold it from events.
 */
import { Schema } from "effect"
import { ConversationKind, Role } from "./Event.ts"
import { CommandId, Millis, Seq, UserId } from "./Ids.ts"
import { isKnownRow, rowKinds } from "./RowKinds.ts"

export const Reaction = Schema.Struct({ emoji: Schema.String, count: Schema.Int, mine: Schema.Boolean })
export type Reaction = typeof Reaction.Type

const base = { seq: Seq, rev: Seq, id: CommandId, by: UserId, at: Millis }

/** One row. `rev` is the last seq that changed it; a deleted row keeps its place and author, and nothing else. */
export const MessageRow = Schema.Struct({
  ...base,
  kind: Schema.Literal(...rowKinds),
  /** Of a posted row: its text, empty when deleted. */
  text: Schema.optional(Schema.String),
  /** The message that it answers, or that was pinned. */
  replyTo: Schema.optional(Seq),
  editedAt: Schema.optional(Millis),
  deleted: Schema.optional(Schema.Literal(true)),
  pinned: Schema.optional(Schema.Literal(true)),
  /** Ordered by the emoji's code points, so that every reader computes the same. Left out when there are none. */
  reactions: Schema.optional(Schema.Array(Reaction)),
  conversationKind: Schema.optional(ConversationKind),
  title: Schema.optional(Schema.String),
  userIds: Schema.optional(Schema.Array(UserId)),
  role: Schema.optional(Role)
})
export type MessageRow = typeof MessageRow.Type

const NewerKind = Schema.String.pipe(
  Schema.filter((kind) => !isKnownRow({ kind })),
  Schema.brand("NewerRowKind")
)
/**
 * A row that only a newer server has, of which whoever reads it knows no more than this. One that calls itself by a
 * known kind, and is not as that is, is of no kind.
 */
export const NewerRow = Schema.Struct({
  ...base,
  kind: Schema.transform(Schema.String, NewerKind, {
    decode: (kind) => (isKnownRow({ kind }) ? "unknown" : kind),
    encode: (kind) => kind
  })
})
export type NewerRow = typeof NewerRow.Type

/** A row as an answer or a store may have it. This server makes none but message rows. */
export const AnyRow = Schema.Union(MessageRow, NewerRow)
export type AnyRow = typeof AnyRow.Type
