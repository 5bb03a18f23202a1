/** `hibiki conversation ...`: conversations, for operators. */
import { Command } from "@effect/cli"
import { administer } from "./administer.ts"
import { conversationId, handleOf } from "./checked.ts"

const handle = handleOf("Handle of the member.")

export const conversation = Command.make("conversation").pipe(
  Command.withDescription("Change conversations, whether or not the server runs."),
  Command.withSubcommands([
    Command.make("owner", { conversationId, handle }, (asked) =>
      administer({ op: "conversation.owner", ...asked })
    ).pipe(
      Command.withDescription("Make a member an owner, where all owners are disabled: in the name of one of them.")
    )
  ])
)
