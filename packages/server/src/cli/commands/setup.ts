/** `hibiki setup`: prepares the services of a cluster. */
import { Command, Options } from "@effect/cli"
import { Effect } from "effect"
import type { SettingsOf } from "../config/commandSettings.ts"
import { withSettings } from "./withSettings.ts"

const checkOnly = Options.boolean("check").pipe(
  Options.withDescription("Only report what is there and what is missing.")
)
const remakeDown = Options.boolean("remake-down").pipe(
  Options.withDescription(
    "Delete queues that RabbitMQ can't run for 10 s, and create them again. This loses their messages: unconfirmed commands, which devices send again, dead letters and pushes."
  )
)

export const setup = Command.make("setup", { checkOnly, remakeDown }, ({ checkOnly, remakeDown }) =>
  withSettings((settings: SettingsOf<"setup">) =>
    Effect.flatMap(
      Effect.promise(() => import("../cluster/setUp.ts")),
      ({ setUp }) => setUp(settings, { checkOnly, remakeDown })
    )
  )
).pipe(Command.withDescription("Create the tables and queues of a cluster. Safe at any time; existing ones stay."))
