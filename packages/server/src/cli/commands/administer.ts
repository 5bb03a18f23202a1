/**
 * Runs administrative commands: inside the running server if there is one, else on the data folder or a cluster's
 * database itself.
 */
import { Console, Effect } from "effect"
import type { AdminRequest } from "../admin/AdminRequest.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { modeOf } from "../config/modeOf.ts"
import { withSettings } from "./withSettings.ts"

export const administer = (request: AdminRequest) =>
  withSettings((settings: SettingsOf<"user">) =>
    Effect.gen(function* () {
      const isCluster = (yield* modeOf(settings)) === "cluster"
      const lines = isCluster
        ? Effect.flatMap(
            Effect.promise(() => import("../cluster/clusterAccounts.ts")),
            ({ administerCluster }) => administerCluster(settings, request)
          )
        : Effect.flatMap(
            Effect.promise(() => import("../admin/runAdmin.ts")),
            ({ runAdmin }) => runAdmin(settings, request)
          )
      for (const line of yield* lines) yield* Console.log(line)
    })
  )
