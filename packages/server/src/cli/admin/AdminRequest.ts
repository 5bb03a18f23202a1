/** The requests that an administrator can make by the command line. Each returns lines to print. */
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
  /** Creates the bot if it does not exist yet. */
  Schema.Struct({ op: Schema.Literal("token.create"), handle: Name, deviceName: Name }),
  Schema.Struct({ op: Schema.Literal("conversation.owner"), handle: Name, conversationId: ConversationId }),
  Schema.Struct({
    op: Schema.Literal("seed"),
    users: SeedUsers,
    prefix: Name,
    password: SeedPassword
  }),
  Schema.Struct({ op: Schema.Literal("push.why"), handle: Name, conversationId: ConversationId, seq: MessageNumber }),
  /** `path` is absolute: server and command may run in different folders. */
  Schema.Struct({ op: Schema.Literal("backup"), path: Schema.String })
)
export type AdminRequest = typeof AdminRequest.Type

export const AdminAnswer = Schema.Union(
  Schema.Struct({ lines: Schema.Array(Schema.String) }),
  Schema.Struct({ problem: Schema.String })
)
export type AdminAnswer = typeof AdminAnswer.Type
