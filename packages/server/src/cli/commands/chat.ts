/** `hibiki chat`: the terminal client. */
import { Command, Options } from "@effect/cli"
import { Effect, Option } from "effect"
import type { SettingsOf } from "../config/commandSettings.ts"
import { Environment } from "../config/Environment.ts"
import { withSettings } from "./withSettings.ts"

const server = Options.text("server").pipe(
  Options.withDescription("Address of the server, instead of HIBIKI_SERVER."),
  Options.optional
)
const profile = Options.text("profile").pipe(
  Options.withDescription(
    "Which sign-in of this machine to use: each profile is a device of its own. Without it, the first that no other terminal uses."
  ),
  Options.optional
)
const plain = Options.boolean("plain").pipe(
  Options.withDescription(
    "Lines only: events on stdout, commands on stdin. Also taken when one of them is no terminal."
  )
)

export const chat = Command.make("chat", { server, profile, plain }, ({ plain, profile, server }) =>
  withSettings((settings: SettingsOf<"chat">) =>
    Effect.gen(function* () {
      const { XDG_STATE_HOME: xdgStateHome } = yield* Environment
      const { runChat } = yield* Effect.promise(() => import("@hibiki/terminal/runChat"))
      const { client, server: local } = settings
      yield* runChat({
        server: Option.getOrElse(server, () => client.server?.origin ?? `http://127.0.0.1:${local.port}`),
        profile: Option.getOrUndefined(profile),
        plain,
        state: client.state,
        xdgStateHome
      })
    })
  )
).pipe(Command.withDescription("Chat in this terminal. The first time it asks whether to register or to sign in."))
