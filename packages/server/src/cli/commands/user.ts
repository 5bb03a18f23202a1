/** `hibiki user ...`: accounts, for operators. */
import { Command } from "@effect/cli"
import { administer } from "./administer.ts"
import { handleOf } from "./checked.ts"

const handle = handleOf("Handle of the account.")

const onHandle = (
  name: string,
  op: "user.resetPassword" | "user.promote" | "user.disable" | "user.enable",
  description: string
) =>
  Command.make(name, { handle }, ({ handle }) => administer({ op, handle })).pipe(Command.withDescription(description))

export const user = Command.make("user").pipe(
  Command.withDescription("List and change accounts, whether or not the server runs."),
  Command.withSubcommands([
    Command.make("list", {}, () => administer({ op: "user.list" })).pipe(Command.withDescription("List all accounts.")),
    onHandle(
      "reset-password",
      "user.resetPassword",
      "Give a person's account a new random password, printed once; all its devices are signed out."
    ),
    onHandle("promote", "user.promote", "Make an account an administrator."),
    onHandle(
      "disable",
      "user.disable",
      "Sign an account out everywhere, refuse its sign-ins, and end the invites that it made."
    ),
    onHandle("enable", "user.enable", "Let a disabled account sign in again.")
  ])
)
