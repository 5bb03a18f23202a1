/**
 * Timeline rows: the state of a conversation's messages. History pages have them, and clients fold the same rows from
 * events.
 */
import { Schema } from "effect"
import { ConversationRules } from "./ConversationRules.ts"
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
  /** The text of a posted row; empty when deleted. */
  text: Schema.optional(Schema.String),
  /** The message to which it replies, or that was pinned. */
  replyTo: Schema.optional(Seq),
  editedAt: Schema.optional(Millis),
  deleted: Schema.optional(Schema.Literal(true)),
  pinned: Schema.optional(Schema.Literal(true)),
  /** Ordered by the emoji's code points, so that every reader computes the same. Absent if there are none. */
  reactions: Schema.optional(Schema.Array(Reaction)),
  conversationKind: Schema.optional(ConversationKind),
  title: Schema.optional(Schema.String),
  userIds: Schema.optional(Schema.Array(UserId)),
  role: Schema.optional(Role),
  rules: Schema.optional(ConversationRules),
  /** An administrator of the server closed or reopened it, in the name of an owner. */
  operator: Schema.optional(Schema.Literal(true))
})
export type MessageRow = typeof MessageRow.Type

const NewerKind = Schema.String.pipe(
  Schema.filter((kind) => !isKnownRow({ kind })),
  Schema.brand("NewerRowKind")
)
/**
 * A row of a kind that only a newer server has; readers know nothing more of it. A row with a known kind that does not
 * match `MessageRow` gets the kind `unknown`.
 */
export const NewerRow = Schema.Struct({
  ...base,
  kind: Schema.transform(Schema.String, NewerKind, {
    decode: (kind) => (isKnownRow({ kind }) ? "unknown" : kind),
    encode: (kind) => kind
  })
})
export type NewerRow = typeof NewerRow.Type

/** A row in an answer or a store. This server makes only message rows. */
export const AnyRow = Schema.Union(MessageRow, NewerRow)
export type AnyRow = typeof AnyRow.Type
