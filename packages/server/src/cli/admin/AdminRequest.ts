/** What an administrator may ask of a server by the command line, and what comes back: lines to print. */
import { ConversationId } from "@hibiki/core/domain/Ids"
import { Schema } from "effect"

export const Name = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(64))
export const MessageNumber = Schema.Int.pipe(Schema.positive())
export const SeedUsers = Schema.Int.pipe(Schema.between(1, 10_000))
export const SeedPassword = Schema.String.pipe(Schema.maxLength(512))

export const AdminRequest = Schema.Union(
  Schema.Struct({ op: Schema.Literal("user.list") }),
  Schema.Struct({
    op: Schema.Literal("user.resetPassword", "user.promote", "user.disable", "user.enable"),
    handle: Name
  }),
  /** A bot that does not exist yet is made. */
  Schema.Struct({ op: Schema.Literal("token.create"), handle: Name, deviceName: Name }),
  Schema.Struct({ op: Schema.Literal("conversation.owner"), handle: Name, conversationId: ConversationId }),
  Schema.Struct({
    op: Schema.Literal("seed"),
    users: SeedUsers,
    prefix: Name,
    password: SeedPassword
  }),
  Schema.Struct({ op: Schema.Literal("push.why"), handle: Name, conversationId: ConversationId, seq: MessageNumber }),
  /** `path` is absolute: server and command may stand in different folders. */
  Schema.Struct({ op: Schema.Literal("backup"), path: Schema.String })
)
export type AdminRequest = typeof AdminRequest.Type

export const AdminAnswer = Schema.Union(
  Schema.Struct({ lines: Schema.Array(Schema.String) }),
  Schema.Struct({ problem: Schema.String })
)
export type AdminAnswer = typeof AdminAnswer.Type
