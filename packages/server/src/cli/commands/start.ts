/** `hibiki start`: runs the server until it is told to stop. */
import { Command } from "@effect/cli"
import { Effect } from "effect"
import { withSettings } from "./withSettings.ts"

export const start = Command.make("start", {}, () =>
  withSettings((settings) =>
    Effect.flatMap(
      Effect.promise(() => import("../start/startServer.ts")),
      ({ startServer }) => startServer(settings)
    )
  )
).pipe(Command.withDescription("Run the server. Without service URLs everything runs in this one process, with its data in HIBIKI_DATA."))
