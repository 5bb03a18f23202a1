/** `hibiki token create`: a long-lived token for a program. */
import { Command } from "@effect/cli"
import { administer } from "./administer.ts"
import { handleOf, nameOption } from "./checked.ts"

const handle = handleOf("Handle of the bot's account, made when there is none.")
const deviceName = nameOption("name", "How the device is called in the list of devices.", "bot")

export const token = Command.make("token").pipe(
  Command.withDescription("Tokens for programs."),
  Command.withSubcommands([
    Command.make("create", { handle, deviceName }, ({ handle, deviceName }) =>
      administer({ op: "token.create", handle, deviceName })
    ).pipe(
      Command.withDescription(
        "Make a bot token and print it, once. It is good until it is signed out, or its account disabled."
      )
    )
  ])
)
