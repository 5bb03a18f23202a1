/** `hibiki start`: runs the server until it is told to stop. */
import { Command } from "@effect/cli"
import { Console, Effect } from "effect"
import { Environment, unknownVariables } from "../config/Environment.ts"
import { modeOf } from "../config/modeOf.ts"
import { oneLine } from "../Problem.ts"
import { withSettings } from "./withSettings.ts"

export const start = Command.make("start", {}, () =>
  withSettings((settings) =>
    Effect.gen(function* () {
      for (const name of unknownVariables(yield* Environment))
        yield* Console.error(oneLine(`hibiki: ${name} is no setting, and is ignored: \`hibiki --help\` lists all.`))
      if ((yield* modeOf(settings)) === "cluster") {
        const { startRole } = yield* Effect.promise(() => import("../cluster/startRole.ts"))
        return yield* startRole("all", settings)
      }
      const { startServer } = yield* Effect.promise(() => import("../start/startServer.ts"))
      return yield* startServer(settings)
    })
  )
).pipe(
  Command.withDescription(
    "Run the server. Everything runs in this one process, with its data in HIBIKI_DATA, or in the services whose URLs are set."
  )
)
