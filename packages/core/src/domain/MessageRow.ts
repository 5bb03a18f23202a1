/** Timeline rows: the state of a conversation's messages, as history pages give it and as clients fold it from events. */
import { Schema } from "effect"
import { ConversationKind, Role } from "./Event.ts"
import { CommandId, Millis, Seq, UserId } from "./Ids.ts"

export const Reaction = Schema.Struct({ emoji: Schema.String, count: Schema.Int, mine: Schema.Boolean })
export type Reaction = typeof Reaction.Type

/** One row. `rev` is the last seq that changed it; a deleted row keeps its place and author, and nothing else. */
export const MessageRow = Schema.Struct({
  seq: Seq,
  rev: Seq,
  id: CommandId,
  by: UserId,
  at: Millis,
  kind: Schema.Literal("posted", "created", "joined", "left", "renamed", "roleChanged"),
  /** Of a posted row: its text, empty when deleted. */
  text: Schema.optional(Schema.String),
  replyTo: Schema.optional(Seq),
  editedAt: Schema.optional(Millis),
  deleted: Schema.optional(Schema.Literal(true)),
  /** Ordered by the emoji's code points, so that every reader computes the same. Left out when there are none. */
  reactions: Schema.optional(Schema.Array(Reaction)),
  conversationKind: Schema.optional(ConversationKind),
  title: Schema.optional(Schema.String),
  userIds: Schema.optional(Schema.Array(UserId)),
  role: Schema.optional(Role)
})
export type MessageRow = typeof MessageRow.Type
