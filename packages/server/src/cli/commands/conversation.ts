/** `hibiki conversation ...`: conversations, for whoever runs the server. */
import { Args, Command } from "@effect/cli"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { administer } from "./administer.ts"

export const conversationId = Args.text({ name: "conversation" }).pipe(
  Args.withSchema(ConversationId),
  Args.withDescription("Id of the conversation, as in its address.")
)

const handle = Args.text({ name: "handle" }).pipe(Args.withDescription("Handle of the member."))

export const conversation = Command.make("conversation").pipe(
  Command.withDescription("Change conversations, whether or not the server runs."),
  Command.withSubcommands([
    Command.make("owner", { conversationId, handle }, (asked) => administer({ op: "conversation.owner", ...asked })).pipe(
      Command.withDescription("Make a member an owner, where all owners are disabled: in the name of one of them.")
    )
  ])
)
