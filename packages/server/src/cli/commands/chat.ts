/** `hibiki chat`: the terminal client. */
import { Command, Options } from "@effect/cli"
import { Effect, Option } from "effect"
import { withSettings } from "./withSettings.ts"

const server = Options.text("server").pipe(Options.withDescription("Address of the server, instead of HIBIKI_SERVER."), Options.optional)
const profile = Options.text("profile").pipe(
  Options.withDescription("Which sign-in of this machine to use. Each profile is a device of its own."),
  Options.withDefault("default")
)
const plain = Options.boolean("plain").pipe(
  Options.withDescription("Lines only: events on stdout, commands on stdin. Also taken when one of them is no terminal.")
)

export const chat = Command.make("chat", { server, profile, plain }, (options) =>
  withSettings((settings) =>
    Effect.flatMap(
      Effect.promise(() => import("../chat/runChat.ts")),
      ({ runChat }) => runChat(settings, { server: Option.getOrUndefined(options.server), profile: options.profile, plain: options.plain })
    )
  )
).pipe(Command.withDescription("Chat in this terminal. The first time it asks whether to register or to sign in."))
