/** How the administrative commands run: inside the running server when there is one, else on the data folder itself. */
import { Console, Effect } from "effect"
import type { AdminRequest } from "../admin/AdminRequest.ts"
import { withSettings } from "./withSettings.ts"

export const administer = (request: AdminRequest) =>
  withSettings((settings) =>
    Effect.gen(function* () {
      const { runAdmin } = yield* Effect.promise(() => import("../admin/runAdmin.ts"))
      for (const line of yield* runAdmin(settings, request)) yield* Console.log(line)
    })
  )
