/** `hibiki start`: runs the server until a signal stops it. */
import { Command } from "@effect/cli"
import { Effect } from "effect"
import type { SettingsOf } from "../config/commandSettings.ts"
import { modeOf } from "../config/modeOf.ts"
import { withSettings } from "./withSettings.ts"

export const start = Command.make("start", {}, () =>
  withSettings((settings: SettingsOf<"start">) =>
    Effect.gen(function* () {
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
